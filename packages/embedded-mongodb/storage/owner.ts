import { randomUUID } from 'node:crypto';
import { closeSync, fstatSync, futimesSync, openSync, readFileSync, readlinkSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { lost } from './store';
import type { LmdbStore } from './store';

/**
 * The owner of a directory. Its id is in the database file, where every write transaction of the owner checks it; all
 * its fields are in a file of their own, whose modification time the owner updates with each beat.
 */
export interface Owner { id: string; pid: number; place: string }

interface Sign { owner: Owner; beat: bigint }

const NOBODY: Owner = { id: '', pid: 0, place: '' };

/** The owner's file is made under this name and a dot. */
export const OWNER_FILE = 'owner';
const BEAT_MS = 500;
/** An owner whose file has not changed in so many looks is taken for dead. */
const LOOKS = 60;
const LOOK_MS = 100;

/**
 * The scope in which a process id means the same process: one boot of one machine, and there one namespace of process
 * ids. Outside Linux, the machine.
 */
function place(): string {
  try {
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}

function read(dir: string): Sign | undefined {
  const path = join(dir, OWNER_FILE);
  try {
    return { owner: parse(readFileSync(path, 'utf8')), beat: statSync(path, { bigint: true }).mtimeNs };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** After a power cut the file may be empty: its modification time is then the only sign of the owner. */
function parse(text: string): Owner {
  try {
    return { ...NOBODY, ...JSON.parse(text) as Owner };
  } catch {
    return NOBODY;
  }
}

const same = (a: Sign | undefined, b: Sign | undefined): boolean => a?.owner.id === b?.owner.id && a?.beat === b?.beat;

/**
 * Whether the owner's process has certainly ended. Where its id has no meaning here, or is in use again, it is unknown.
 */
function gone({ pid, place: there }: Owner): boolean {
  if (there !== place()) return false;
  try {
    process.kill(pid, 0);
    // A zombie has ended: its parent has not waited for it yet.
    return process.platform === 'linux' && /^.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

/**
 * The state of the process that had the directory; `forget` removes its file, so that the next start need not look for
 * so long.
 */
export type Former = { state: 'none' } | { state: 'ended' | 'silent'; forget: () => void } | { state: 'alive'; owner: Owner };

/**
 * Finds out who has the directory: at once where the process has certainly ended, else until its file has changed, or
 * has not changed for 6 s.
 */
export async function formerOwner(dir: string): Promise<Former> {
  const sign = read(dir);
  if (!sign) return { state: 'none' };
  const ended = gone(sign.owner);
  // Looks are counted, not time: a process that is stopped in between must not take its own pause for the owner's
  // silence.
  for (let looks = 0; !ended && looks < LOOKS; looks++) {
    await new Promise(resolve => setTimeout(resolve, LOOK_MS));
    const now = read(dir);
    if (!now) return { state: 'none' };
    if (!same(now, sign)) return { state: 'alive', owner: now.owner };
  }
  const forget = () => {
    if (same(read(dir), sign)) rmSync(join(dir, OWNER_FILE), { force: true });
  };
  return { state: ended ? 'ended' : 'silent', forget };
}

/** The hold on a directory: its owner file, and the check that it is still there. */
export class Ownership {
  private readonly owner: Owner = { id: randomUUID(), pid: process.pid, place: place() };
  private readonly path: string;
  private file?: number;
  private timer?: NodeJS.Timeout;
  private last = 0;
  private failing = false;
  /** Called once, when another process has taken the directory. */
  onLost: (error: Error) => void = () => undefined;

  constructor(private readonly store: LmdbStore) {
    this.path = join(store.dir, OWNER_FILE);
  }

  /** Takes the directory; returns the owner who came first. */
  claim(): Owner | undefined {
    // LMDB lets one process at a time into a write transaction, so that of several only the first finds no owner's
    // file.
    return this.store.transact(() => {
      const found = read(this.store.dir);
      if (found) return found.owner;
      this.write();
      this.store.own(this.owner.id);
      this.timer = setInterval(() => this.beat(), BEAT_MS).unref();
      return undefined;
    });
  }

  /** Releases the directory, unless another process has it by now. */
  release(): void {
    const { timer } = this;
    this.stop();
    if (!timer) return;
    try {
      this.store.transact(() => rmSync(this.path, { force: true }));
    } catch {
      // Taken over, or the disk takes no writes: the next start finds that this process has ended.
    }
  }

  private beat(): void {
    try {
      if (!this.store.owned() || !this.store.inPlace()) return this.lose();
      const { file } = this;
      if (file === undefined || !this.isThere(file)) return this.restore();
      this.last = Math.max(Date.now(), this.last + 1);
      futimesSync(file, this.last / 1000, this.last / 1000);
      this.failing = false;
    } catch (error) {
      // The disk is full or away for a while; the next beat tries again.
      if (!this.failing) process.emitWarning(`embedded database: no sign of life could be left: ${(error as Error).message}`);
      this.failing = true;
    }
  }

  /** Another process took this one for dead, and has removed the file but not taken the directory. */
  private restore(): void {
    try {
      this.store.transact(() => this.write());
    } catch (error) {
      if (!this.store.owned()) return this.lose();
      throw error;
    }
  }

  private isThere(file: number): boolean {
    return fstatSync(file).nlink > 0 && statSync(this.path, { throwIfNoEntry: false })?.ino === fstatSync(file).ino;
  }

  private write(): void {
    if (this.file !== undefined) closeSync(this.file);
    this.file = undefined;
    const draft = `${this.path}.${this.owner.id}`;
    writeFileSync(draft, JSON.stringify(this.owner), { mode: 0o600 });
    renameSync(draft, this.path);
    this.file = openSync(this.path, 'r+');
  }

  private lose(): void {
    this.stop();
    this.onLost(lost(this.store.dir));
  }

  private stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    if (this.file !== undefined) closeSync(this.file);
    this.file = undefined;
  }
}
