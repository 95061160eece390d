import { hash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { appendFile, mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { Batcher } from '../async/batcher';
import { BEAT, HUNG, lives, processName } from '../process/name';
import { Stillness } from '../async/stillness';
import { countLines, readEntries, type SpoolEntry } from './segment';

/** `<name of the process>-<time at which it began to write>-<number>.<state>` */
const SEGMENT_NAME = /^(?<writer>(?<owner>\d+-[0-9a-f]{12})-\d+)-(?<number>\d+)\.(?<state>open|sealed)$/;
/** The file of entries that can never be stored. */
const REFUSED = 'refused.jsonl';
/** Size of a segment, in bytes, beyond which a new one is begun. */
const SEGMENT = 64 << 20;

interface OpenSegment {
  handle: FileHandle;
  path: string;
  size: number;
  beat: NodeJS.Timeout;
}

/**
 * Keeps pushes on disk while the database is away: append-only segments of one JSON text per line in a directory that
 * the workers of an instance share. A worker writes to a segment of its own (`.open`) and seals it (`.sealed`) when the
 * database is back; sealed segments, and those of dead workers, are replayed in the order in which their entries were
 * received. While a segment is open its writer touches it. Other workers seal one that is touched no more; its writer,
 * should it go on, finds the name gone before it acknowledges anything and begins another.
 */
export class Spool {
  private file?: OpenSegment;
  private readonly writer = `${processName(process.pid)}-${beginWriting()}`;
  private sequence = 0;
  private readonly appends: Batcher<string, void>;
  private readonly stillness = new Stillness();
  private readonly counted = new Map<string, { size: number; lines: number }>();
  /** The operation on the file that is under way, so that it is not closed during a write. */
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly dir: string) {
    this.appends = new Batcher(lines => this.inTurn(() => this.write(lines)), { size: 1000, parallel: 1 });
  }

  /** The lease under which one process of an instance replays it. */
  get lease(): string {
    return `spool:${hash('sha256', `${hostname()}:${resolve(this.dir)}`)}`;
  }

  /** Whether any worker's entries wait now. */
  waits(): boolean {
    // Reads twice: a segment that is sealed during the first read may show neither of its names.
    return this.file !== undefined || this.anyNow() || this.anyNow();
  }

  /**
   * Adds an entry.
   * @return when it is on disk
   * @throws the file system's error when it cannot be written; nothing of it is kept then
   */
  append(entry: SpoolEntry): Promise<void> {
    return this.appends.do(`${JSON.stringify(entry)}\n`);
  }

  /** Seals this worker's segment, so that it may be replayed. */
  seal(): Promise<void> {
    return this.inTurn(() => this.close());
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.turn.then(work);
    this.turn = done.catch(() => undefined);
    return done;
  }

  private async close(): Promise<void> {
    const file = await this.drop();
    if (file) await sealed(file.path);
  }

  /** Stops writing to it. */
  private async drop(): Promise<OpenSegment | undefined> {
    const { file } = this;
    if (!file) return undefined;
    this.file = undefined;
    clearInterval(file.beat);
    await file.handle.close();
    return file;
  }

  /** Reads the directory. @return the number of waiting entries, of all workers */
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
    return total;
  }

  /**
   * Passes every entry of the closed segments to `take`, in the order in which they were received, and removes the
   * segments when all are stored.
   * @param take stores a batch; when it throws, everything stays and is passed again the next time. It returns the
   *   entries that can never be stored: they are put aside, in `refused.jsonl`, and hold up no others
   * @return how many entries were passed
   */
  async replay(take: (entries: SpoolEntry[]) => Promise<SpoolEntry[]>): Promise<number> {
    const writers = await this.ended();
    if (writers.size === 0) return 0;
    let replayed = 0;
    let batch: SpoolEntry[] = [];
    const handOver = async () => {
      await this.putAside(await take(batch));
      replayed += batch.length;
      batch = [];
    };
    for await (const entry of readEntries([...writers.values()])) {
      batch.push(entry);
      if (batch.length >= 200) await handOver();
    }
    if (batch.length > 0) await handOver();
    for (const path of [...writers.values()].flat()) await rm(path, { force: true });
    return replayed;
  }

  /** @return the paths of the segments to which no worker writes any more, by their writers, the oldest first */
  private async ended(): Promise<Map<string, string[]>> {
    const names = await this.segments();
    this.stillness.keep(names);
    const writers = new Map<string, string[]>();
    for (const { name, writer } of names.map(partsOf).sort((a, b) => a.number - b.number)) {
      const path = await this.endedPath(name);
      if (path) writers.set(writer, [...writers.get(writer) ?? [], path]);
    }
    return writers;
  }

  /** Takes a segment from a hanging writer. @return undefined when it is still written to */
  private async endedPath(name: string): Promise<string | undefined> {
    const path = join(this.dir, name);
    const { state, owner } = partsOf(name);
    if (state === 'sealed' || !lives(owner)) return path;
    const touched = await stat(path).then(({ mtimeMs }) => String(mtimeMs), () => 'gone');
    return this.stillness.of(name, touched) < HUNG ? undefined : sealed(path);
  }

  /** An entry may be there twice when a replay was broken off. */
  private async putAside(entries: SpoolEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const lines = entries.map(entry => `${JSON.stringify(entry)}\n`).join('');
    await appendFile(join(this.dir, REFUSED), lines, { mode: 0o600, flush: true });
    await this.syncDirectory();
  }

  private async segments(): Promise<string[]> {
    return segmentsOf(await readdir(this.dir).catch(noneWhenMissing));
  }

  /** Synchronous, because a wait costs more: the directory is small, and read for each group of messages. */
  private anyNow(): boolean {
    try {
      return segmentsOf(readdirSync(this.dir)).length > 0;
    } catch (error) {
      return noneWhenMissing(error as NodeJS.ErrnoException).length > 0;
    }
  }

  private async write(lines: string[]): Promise<Array<{ value: void }>> {
    const data = Buffer.from(lines.join(''));
    let file = await this.segment();
    await this.put(file, data);
    // Another worker took the segment while this process stood still, and may have read it before this entry was in it.
    while (!await isThere(file.path)) {
      await this.drop();
      file = await this.segment();
      await this.put(file, data);
    }
    if (file.size >= SEGMENT) await this.close();
    return lines.map(() => ({ value: undefined }));
  }

  private async put(file: OpenSegment, data: Buffer): Promise<void> {
    try {
      // A disk that is nearly full takes a part, without an error.
      for (let written = 0; written < data.length;) {
        written += (await file.handle.write(data, written, data.length - written, file.size + written)).bytesWritten;
      }
      await file.handle.datasync();
    } catch (error) {
      // No further line may follow a half-written one.
      await file.handle.truncate(file.size).catch(() => this.close());
      throw error;
    }
    file.size += data.length;
  }

  private async syncDirectory(): Promise<void> {
    const directory = await open(this.dir, 'r');
    await directory.sync().finally(() => directory.close());
  }

  private async segment(): Promise<OpenSegment> {
    if (this.file) return this.file;
    await mkdir(this.dir, { recursive: true });
    const path = join(this.dir, `${this.writer}-${this.sequence++}.open`);
    const handle = await open(path, 'wx', 0o600);
    // The name must be on disk too before anything in the file counts.
    await this.syncDirectory().catch(async error => {
      await handle.close();
      throw error;
    });
    const beat = setInterval(() => {
      const now = new Date();
      handle.utimes(now, now).catch(() => undefined);
    }, BEAT);
    beat.unref();
    this.file = { handle, path, size: 0, beat };
    return this.file;
  }
}

function segmentsOf(names: string[]): string[] {
  return names.filter(name => SEGMENT_NAME.test(name));
}

function noneWhenMissing(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}

function partsOf(name: string): { name: string; writer: string; owner: string; number: number; state: string } {
  const { writer = '', owner = '', number = '', state = '' } = SEGMENT_NAME.exec(name)?.groups ?? {};
  return { name, writer, owner, number: Number(number), state };
}

/** @return its present path; another worker may have sealed it already */
async function sealed(path: string): Promise<string> {
  const sealedPath = path.replace(/open$/, 'sealed');
  await rename(path, sealedPath).catch(error => {
    if (error.code !== 'ENOENT') throw error;
  });
  return sealedPath;
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(() => true, error => {
    if (error.code === 'ENOENT') return false;
    throw error;
  });
}

let begunAt = 0;

/** A time that no other writer of this process has. */
function beginWriting(): number {
  begunAt = Math.max(begunAt + 1, Date.now());
  return begunAt;
}
