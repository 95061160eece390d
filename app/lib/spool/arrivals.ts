import { existsSync, mkdirSync, openSync, readFileSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { nextOrder } from '../async/order';
import { BEAT, HUNG, lives, processName } from '../process/name';
import { Stillness } from '../async/stillness';

/** A push that is being taken in. */
export interface Arrival {
  /** Whose it is; those that concern nobody are kept in order as if they were one person's. */
  readonly openid: string | null;
  /** Its place: see lib/order. */
  order: number;
  /** Resolves when all that this process received before it from the same person have left; undefined when there was none. */
  readonly before?: Promise<void>;
  /** Tells the next one of the same person, where there is one, that this one and those before it have left. */
  end?: () => void;
}

/** Up to where messages may be handled: nothing that was received before is still on its way. */
export interface Horizon {
  /** For everybody. */
  order: number;
  /** For those of whom this process itself is taking something in. */
  own: Map<string | null, number>;
}

/** Told by a process that has nothing under way. */
const IDLE = Number.MAX_SAFE_INTEGER;
/** While something is always under way, how often in milliseconds a process tells how far it is. */
const TELL = 2;
/** Whether a process lives is asked when it has told nothing new for so many milliseconds. */
const SILENT = 100;

/**
 * The pushes that the processes of an instance are taking in: received, and not yet in the database or the spool. Each
 * process keeps the order of the oldest of its own in a file of the directory that they share, overwritten in place, so
 * that none handles a message while an earlier one may still be on its way at another. A process that has died, or
 * hangs, is not waited for.
 */
export class Arrivals {
  private readonly underWay = new Map<number, Arrival>();
  /** The latest of each person. */
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
   * @param dir where the processes of the instance tell one another; made when it is missing
   * @param onError told when that cannot be written: then they do not know of one another
   */
  constructor(private readonly dir: string, private readonly onError: (error: Error) => void) {
    setInterval(() => this.beat(), BEAT).unref();
  }

  /** A push has been received: it gets its place. */
  enter(openid: string | null): Arrival {
    this.notice();
    // Told before the order is taken: whoever has looked in between handles nothing as late as that.
    if (this.underWay.size === 0) this.tell(nextOrder());
    const previous = this.last.get(openid);
    const before = previous && new Promise<void>(resolve => { previous.end = resolve; });
    const arrival: Arrival = { openid, order: nextOrder(), before, end: undefined };
    this.underWay.set(arrival.order, arrival);
    this.last.set(openid, arrival);
    return arrival;
  }

  /** It is in the database, in the spool, or refused. */
  leave(arrival: Arrival): void {
    this.underWay.delete(arrival.order);
    if (arrival.before) void arrival.before.then(() => this.conclude(arrival));
    else this.conclude(arrival);
    if (this.underWay.size === 0 || performance.now() - this.toldAt >= TELL) this.tell(this.ownOldest());
  }

  /** It has left, and so have those before it. */
  private conclude(arrival: Arrival): void {
    arrival.end?.();
    if (this.last.get(arrival.openid) === arrival) this.last.delete(arrival.openid);
  }

  /**
   * To be called before a push is stored: gives it a new place when others may have gone on without it, because this
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

  /** To be asked before one looks into the spool, and then into the database, for what may be handled. */
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
    // Half: by the time that others take it for hung, it knows.
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
      // Twice: whoever reads while this is being written sees a difference.
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

/** @return `<beats> <oldest>` as a process has told them last; an empty text when it has told nothing */
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
