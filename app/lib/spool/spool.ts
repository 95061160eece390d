import { hash } from 'node:crypto';
import { appendFile, mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { Grouped } from '../grouped';
import { beginning } from '../processBeginning';
import { countLines, readEntries, type SpoolEntry } from './segment';

/** `<pid>-<mark of the process>-<time>-<number>.<state>` */
const SEGMENT_NAME = /^(\d+)-([0-9a-f]{12})-\d+-\d+\.(open|sealed)$/;
/** Where entries stay that can never be taken. */
const REFUSED = 'refused.jsonl';
/** Largest segment, in bytes: a new one is begun beyond. */
const SEGMENT = 64 << 20;

/**
 * Pushes on disk while the database is away: append-only segments of one JSON text per line in a directory that the
 * workers of an instance share. A worker writes to a segment of its own (`.open`) and seals it (`.sealed`) when the
 * database is back; the sealed ones, and those of dead workers, are replayed in the order in which their entries were
 * received.
 */
export class Spool {
  private file?: { handle: FileHandle; path: string; size: number };
  private sequence = 0;
  private readonly appends: Grouped<string, void>;
  private readonly counted = new Map<string, { size: number; lines: number }>();
  /** Segments seen at the last look. */
  private present = 0;
  /** What is done with the file now: nobody closes it while somebody writes. */
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly dir: string) {
    this.appends = new Grouped(lines => this.inTurn(() => this.write(lines)), { size: 1000, parallel: 1 });
  }

  /** The lease under which one process of an instance replays it. */
  get lease(): string {
    return `spool:${hash('sha256', `${hostname()}:${resolve(this.dir)}`)}`;
  }

  /** Whether anything was waiting at the last look, or has been put in by this worker since. */
  get pending(): boolean {
    return this.present > 0 || this.file !== undefined;
  }

  /** Whether anything waits now, whichever worker has put it in. */
  async waits(): Promise<boolean> {
    if (!this.pending) this.present = (await this.segments()).length;
    return this.pending;
  }

  /**
   * Puts an entry in.
   * @return when it is on disk
   * @throws the file system's error when it cannot be written, whereupon nothing of it is kept
   */
  append(entry: SpoolEntry): Promise<void> {
    return this.appends.do(`${JSON.stringify(entry)}\n`);
  }

  /** Ends this worker's segment, so that it may be replayed. */
  seal(): Promise<void> {
    return this.inTurn(() => this.close());
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.turn.then(work);
    this.turn = done.catch(() => undefined);
    return done;
  }

  private async close(): Promise<void> {
    const { file } = this;
    if (!file) return;
    this.file = undefined;
    this.present++;
    await file.handle.close();
    await rename(file.path, file.path.replace(/open$/, 'sealed'));
  }

  /** Looks at the directory. @return entries that wait, of all workers */
  async length(): Promise<number> {
    const names = await this.segments();
    let total = 0;
    for (const name of names) {
      const path = join(this.dir, name);
      const size = await stat(path).then(found => found.size, () => 0);
      let counted = this.counted.get(name);
      if (counted?.size !== size) {
        counted = { size, lines: size === 0 ? 0 : await countLines(path) };
        this.counted.set(name, counted);
      }
      total += counted.lines;
    }
    for (const name of this.counted.keys()) if (!names.includes(name)) this.counted.delete(name);
    this.present = names.length;
    return total;
  }

  /**
   * Hands every entry of the segments that nobody writes to any more to `take`, in the order in which they were
   * received, and removes the segments when all are taken.
   * @param take stores a batch; when it throws, everything stays and is handed over again the next time. It gives back
   * what can never be taken: that is put aside, in `refused.jsonl`, and holds up nobody
   * @return how many were handed over
   */
  async replay(take: (entries: SpoolEntry[]) => Promise<SpoolEntry[]>): Promise<number> {
    const paths = (await this.segments()).filter(name => !ownedByTheLiving(name)).map(name => join(this.dir, name));
    if (paths.length === 0) return 0;
    let replayed = 0;
    let batch: SpoolEntry[] = [];
    const handOver = async () => {
      await this.putAside(await take(batch));
      replayed += batch.length;
      batch = [];
    };
    for await (const entry of readEntries(paths)) {
      batch.push(entry);
      if (batch.length >= 200) await handOver();
    }
    if (batch.length > 0) await handOver();
    await Promise.all(paths.map(path => rm(path, { force: true })));
    return replayed;
  }

  /** One may be there twice when a replay was broken off. */
  private async putAside(entries: SpoolEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const lines = entries.map(entry => `${JSON.stringify(entry)}\n`).join('');
    await appendFile(join(this.dir, REFUSED), lines, { mode: 0o600, flush: true });
    await this.syncDirectory();
  }

  private async segments(): Promise<string[]> {
    const names = await readdir(this.dir).catch(error => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    return names.filter(name => SEGMENT_NAME.test(name));
  }

  private async write(lines: string[]): Promise<Array<{ value: void }>> {
    const data = Buffer.from(lines.join(''));
    const file = await this.segment();
    try {
      // A disk that is nearly full takes a part, without an error.
      for (let written = 0; written < data.length;) {
        written += (await file.handle.write(data, written, data.length - written, file.size + written)).bytesWritten;
      }
      await file.handle.datasync();
    } catch (error) {
      // A line that is half there must not be followed by another one.
      await file.handle.truncate(file.size).catch(() => this.close());
      throw error;
    }
    file.size += data.length;
    if (file.size >= SEGMENT) await this.close();
    return lines.map(() => ({ value: undefined }));
  }

  private async syncDirectory(): Promise<void> {
    const directory = await open(this.dir, 'r');
    await directory.sync().finally(() => directory.close());
  }

  private async segment(): Promise<{ handle: FileHandle; path: string; size: number }> {
    if (this.file) return this.file;
    await mkdir(this.dir, { recursive: true });
    const path = join(this.dir, `${process.pid}-${mark(process.pid)}-${Date.now()}-${this.sequence++}.open`);
    const handle = await open(path, 'wx', 0o600);
    // The name must be on disk too before anything in the file counts.
    await this.syncDirectory().catch(async error => {
      await handle.close();
      throw error;
    });
    this.file = { handle, path, size: 0 };
    return this.file;
  }
}

/**
 * Whether a segment is still written to: by us, or by a process that lives. A process id is given again, in a container at
 * the very next start; the time at which the process began is not.
 */
function ownedByTheLiving(name: string): boolean {
  const [, pid, began, state] = SEGMENT_NAME.exec(name) ?? [];
  return state === 'open' && mark(Number(pid)) === began;
}

/** Tells a process from others of the same id; an empty text for one that does not live. */
function mark(pid: number): string {
  const began = beginning(pid);
  return began === undefined ? '' : hash('sha256', began).slice(0, 12);
}
