import { closeSync, createReadStream, existsSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import type { Changes, People, StoredAccount } from './people';

/** Lines beside those that count, before the file is written anew. */
const SPARE_LINES = 10_000;
const LINES_AT_ONCE = 1_000;

type Line = StoredAccount | { gone: string };

/**
 * Keeps people in a file, one line for each change of an account: the last line of an account counts. What was written
 * outlives the process, not the machine's power: these are simulated people.
 */
export class PeopleFile {
  private file: number | undefined;
  private lines = 0;
  private failed = false;
  private closed = false;

  /** @param warn is told in one sentence when the file cannot be written, once until it can be again */
  constructor(private readonly path: string, private readonly people: People, private readonly warn: (message: string) => void) {}

  /**
   * Brings back who was kept, and keeps from now on what changes. A line that cannot be read is passed over: the
   * process may have died while it wrote. Never rejects: a file that cannot be read is told of, and left as it is.
   */
  async open(): Promise<void> {
    try {
      mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
      if (existsSync(this.path)) this.people.restore(await this.read());
    } catch (error) {
      // Who is in a file that cannot be read is not lost: nothing is written over it.
      this.closed = true;
      this.tell(error);
      return;
    }
    this.people.watched = true;
    this.attempt(() => this.rewrite());
  }

  /** Writes what has changed. Never throws. */
  save(): void {
    const changes = this.people.takeChanges();
    if (changes && !this.closed) this.attempt(() => this.append(changes));
  }

  /** Forgets everybody. */
  clear(): void {
    if (!this.closed) this.attempt(() => this.rewrite());
  }

  close(): void {
    this.save();
    // Calls that are still under way change nothing that is kept.
    this.closed = true;
    if (this.file !== undefined) closeSync(this.file);
    this.file = undefined;
  }

  private attempt(write: () => void): void {
    try {
      write();
      this.failed = false;
    } catch (error) {
      if (!this.failed) this.tell(error);
      this.failed = true;
    }
  }

  private tell(error: unknown): void {
    this.warn(`The sandbox cannot keep its people in ${this.path} (${(error as NodeJS.ErrnoException).code ?? String(error)}): they are forgotten with the server.`);
  }

  private append({ changed, gone }: Changes): void {
    const written = this.lines + changed.length + gone.length;
    // After a failure the file may end in half a line, and lack others.
    if (this.failed || this.file === undefined || written > 2 * this.people.size + SPARE_LINES) return this.rewrite();
    write(this.file, changed);
    write(this.file, gone.map(key => ({ gone: key })));
    this.lines = written;
  }

  private rewrite(): void {
    const fresh = `${this.path}.new`;
    const file = openSync(fresh, 'w', 0o600);
    try {
      write(file, this.people.stored());
      renameSync(fresh, this.path);
    } catch (error) {
      closeSync(file);
      rmSync(fresh, { force: true });
      throw error;
    }
    if (this.file !== undefined) closeSync(this.file);
    this.file = file;
    this.lines = this.people.size;
  }

  private async read(): Promise<Iterable<StoredAccount>> {
    const accounts = new Map<string, StoredAccount>();
    const persons = new Map<string, StoredAccount['person']>();
    for await (const text of createInterface({ input: createReadStream(this.path), crlfDelay: Infinity })) {
      const line = parse(text);
      if (line === undefined) continue;
      if ('gone' in line) {
        accounts.delete(line.gone);
        continue;
      }
      // The person behind several accounts is as the last line says, whichever account it is about.
      const person = Object.assign(persons.get(line.person.id) ?? line.person, line.person);
      persons.set(person.id, person);
      accounts.set(`${line.appid}:${line.openid}`, { ...line, person });
    }
    return accounts.values();
  }
}

function write(file: number, lines: Iterable<Line>): void {
  let text = '';
  let waiting = 0;
  const flush = () => {
    const bytes = Buffer.from(text);
    for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done);
    text = '';
    waiting = 0;
  };
  for (const line of lines) {
    text += `${JSON.stringify(line)}\n`;
    if (++waiting === LINES_AT_ONCE) flush();
  }
  flush();
}

function parse(text: string): Line | undefined {
  try {
    const line = JSON.parse(text) as Partial<StoredAccount> & { gone?: unknown };
    const whole = typeof line.gone === 'string' || (typeof line.appid === 'string' && typeof line.openid === 'string'
      && typeof line.person?.id === 'string' && Array.isArray(line.grants) && typeof line.windows === 'object' && line.windows !== null);
    return whole ? line as Line : undefined;
  } catch {
    return undefined;
  }
}
