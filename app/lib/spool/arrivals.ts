import { existsSync, mkdirSync, openSync, readFileSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { nextOrder } from '../async/order';
import { BEAT, HUNG, lives, processName } from '../process/name';
import { Stillness } from '../async/stillness';

/** A push that is being received. */
export interface Arrival {
  /**
   * The person, or a common key of all pushes that concern nobody: they are kept in order as if they were one person's.
   */
  readonly openid: string | null;
  /** Its place: see lib/async/order. */
  order: number;
  /** Resolves when all earlier pushes of the same person at this process have left; undefined when there was none. */
  readonly before?: Promise<void>;
  /** Tells the next push of the same person that this one and those before it have left. */
  end?: () => void;
}

/** The order below which messages may be handled: nothing received before is still on its way. */
export interface Horizon {
  /** For everybody. */
  order: number;
  /** For people with a push under way at this process. */
  own: Map<string | null, number>;
}

/** The record of a process with nothing under way. */
const IDLE = Number.MAX_SAFE_INTEGER;
/** Milliseconds after which a process renews its record while something is always under way. */
const TELL = 2;
/** After so many milliseconds without a change of its record, a process is checked for being alive. */
const SILENT = 100;

/**
 * The pushes that an instance's processes are receiving: not yet in the database or the spool. Each process keeps the
 * order of its oldest one in a file of the directory that they share, overwritten in place, so that none handles a
 * message while an earlier one may still be on its way at another. A process that has died, or hangs, is not waited
 * for.
 */
export class Arrivals {
  private readonly underWay = new Map<number, Arrival>();
  /** The latest push of each person. */
  private readonly last = new Map<string | null, Arrival>();
  private readonly stillness = new Stillness();
  private readonly name = processName(process.pid);
  private file?: number;
  private beats = 0;
  private toldAt = 0;
  private failedAt = -Infinity;
  private aliveAt = performance.now();
  /** Pushes before this order were under way while this process stood still. */
  private stoodStillAt = 0;

  /**
   * @param dir the directory of the processes' records; made when it is missing
   * @param onError called when the record cannot be written: the processes then do not know of one another
   */
  constructor(private readonly dir: string, private readonly onError: (error: Error) => void) {
    setInterval(() => this.beat(), BEAT).unref();
  }

  /** Registers a received push, which gets its place. */
  enter(openid: string | null): Arrival {
    this.notice();
    // The record is written before the order is taken: a process that reads it in between handles nothing as late as
    // that.
    if (this.underWay.size === 0) this.tell(nextOrder());
    const previous = this.last.get(openid);
    const before = previous && new Promise<void>(resolve => { previous.end = resolve; });
    const arrival: Arrival = { openid, order: nextOrder(), before, end: undefined };
    this.underWay.set(arrival.order, arrival);
    this.last.set(openid, arrival);
    return arrival;
  }

  /** Removes a push that is in the database, in the spool, or refused. */
  leave(arrival: Arrival): void {
    this.underWay.delete(arrival.order);
    if (arrival.before) void arrival.before.then(() => this.conclude(arrival));
    else this.conclude(arrival);
    if (this.underWay.size === 0 || performance.now() - this.toldAt >= TELL) this.tell(this.ownOldest());
  }

  /** The push has left, and so have those before it. */
  private conclude(arrival: Arrival): void {
    arrival.end?.();
    if (this.last.get(arrival.openid) === arrival) this.last.delete(arrival.openid);
  }

  /**
   * Must be called before a push is stored: gives it a new place when others may have gone on without it, because this
   * process stood still. WeChat has given it up by then, and may have repeated it elsewhere.
   * @return its order
   */
  renew(arrival: Arrival): number {
    this.notice();
    if (arrival.order < this.stoodStillAt) {
      this.underWay.delete(arrival.order);
      arrival.order = nextOrder();
      this.underWay.set(arrival.order, arrival);
    }
    return arrival.order;
  }

  /** Must be called before the spool, and then the database, are read for messages that may be handled. */
  horizon(): Horizon {
    const own = new Map<string | null, number>();
    for (const { openid, order } of this.underWay.values()) if (!own.has(openid)) own.set(openid, order);
    const now = nextOrder();
    return { order: Math.min(now, this.oldestOfOthers()), own };
  }

  /** The order of the oldest push under way at any process of the instance; Infinity when there is none. */
  oldest(): number {
    const oldest = Math.min(this.ownOldest(), this.oldestOfOthers());
    return oldest === IDLE ? Infinity : oldest;
  }

  private ownOldest(): number {
    for (const order of this.underWay.keys()) return order;
    return IDLE;
  }

  private oldestOfOthers(): number {
    const others = this.others();
    this.stillness.keep(others);
    return Math.min(IDLE, ...others.map(name => this.oldestOf(name)));
  }

  private others(): string[] {
    try {
      return readdirSync(this.dir).filter(name => name !== this.name);
    } catch {
      return [];
    }
  }

  private oldestOf(name: string): number {
    const path = join(this.dir, name);
    const told = read(path);
    const oldest = Number(told.split(' ')[1] ?? IDLE);
    if (oldest === IDLE) return IDLE;
    const still = this.stillness.of(name, told);
    if (still >= HUNG) return IDLE;
    if (still < SILENT || lives(name)) return oldest;
    rmSync(path, { force: true });
    return IDLE;
  }

  private beat(): void {
    if (this.file !== undefined && !existsSync(join(this.dir, this.name))) this.file = undefined;
    this.notice();
    this.beats++;
    if (this.underWay.size > 0) this.tell(this.ownOldest());
  }

  private notice(): void {
    const now = performance.now();
    const stoodStill = now - this.aliveAt > HUNG / 2;
    this.aliveAt = now;
    // Half of that time: the process notices its pause before others take it for hung.
    if (!stoodStill) return;
    this.stoodStillAt = nextOrder();
    this.beat();
  }

  private tell(oldest: number): void {
    const now = performance.now();
    if (now - this.failedAt < BEAT) return;
    const text = `${this.beats} ${oldest}`.padEnd(32);
    try {
      this.file ??= this.open();
      // Written twice: a process that reads during the write sees a difference.
      writeSync(this.file, `${text}\n${text}\n`, 0);
      this.toldAt = now;
    } catch (error) {
      this.failedAt = now;
      this.onError(error as Error);
    }
  }

  private open(): number {
    mkdirSync(this.dir, { recursive: true });
    for (const name of this.others()) if (!lives(name)) rmSync(join(this.dir, name), { force: true });
    return openSync(join(this.dir, this.name), 'w', 0o600);
  }
}

/** Reads `<beats> <oldest>` of a process. @return an empty text when it has no record */
function read(path: string): string {
  for (let tries = 0; ; tries++) {
    let lines: string[];
    try {
      lines = readFileSync(path, 'latin1').split('\n');
    } catch {
      return '';
    }
    if (lines[0] === lines[1] || tries === 3) return lines[0].trim();
  }
}
