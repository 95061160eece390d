import type { mongo } from 'mongoose';
import { render, type Message } from '../language/message';

/** Milliseconds. */
const WARNING = 5_000;
const SKEWED = 20_000;
const HOUR = 3_600_000;
/** How often this process looks whether its own clock has jumped. */
const LOOK = 5_000;
const JUMP = 1_000;
/** An answer that took longer says too little: it is asked again. */
const SLOW = 1_000;
const TRIES = 3;
const COMMAND_NOT_FOUND = 59;

/** How two clocks agree: `off` above 5 s, `skewed` above 20 s. */
export type ClockState = 'ok' | 'off' | 'skewed';

interface Reading {
  /** Milliseconds that the database's clock is ahead of this process's; negative when it is behind. */
  offset: number;
  /** By how much that may be wrong: half of what the question took. */
  error: number;
}

interface Options {
  /** The database's time. */
  ask: () => Promise<Date>;
  /** Told when the state has changed, and of the first one when it is not `ok`. */
  onChange?: (state: ClockState, offset: number) => void;
  /** Milliseconds between two questions, an hour by default, and between two looks at this process's own clock. */
  every?: number;
  look?: number;
}

/**
 * The difference between this process's clock and the database's. Leases compare the clock of one process with times that
 * another one wrote, so they all must agree with the one clock that every process can see.
 */
export class DatabaseClock {
  private reading?: Reading;
  private known: ClockState = 'ok';
  private measuring?: Promise<void>;
  private timer?: NodeJS.Timeout;
  private measuredAt = -Infinity;
  /** Wall clock less monotonic clock, when it was last measured: it changes when the wall clock is set. */
  private base = 0;

  constructor(private readonly options: Options) {}

  /** Whether times written here mean the same to other processes: as far as is known, the clocks are not 20 s apart. */
  get trusted(): boolean {
    return this.known !== 'skewed';
  }

  /** Undefined until the database has been asked. */
  get state(): ClockState | undefined {
    return this.reading && this.known;
  }

  /** Milliseconds that the database's clock is ahead; undefined until it has been asked. */
  get offset(): number | undefined {
    return this.reading?.offset;
  }

  /** Asks the database now. When it does not answer, what was known stays. */
  async measure(): Promise<void> {
    this.measuring ??= this.best().then(reading => this.take(reading), () => undefined).finally(() => { this.measuring = undefined; });
    return this.measuring;
  }

  /** From now on asks every hour, and when the clock of this machine has been set. */
  start(): void {
    const { every = HOUR, look = LOOK } = this.options;
    this.timer ??= setInterval(() => {
      const due = performance.now() - this.measuredAt > every || Math.abs(monotonicBase() - this.base) > JUMP;
      if (due && this.reading) void this.measure();
    }, look).unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** The answer that took least of some. */
  private async best(): Promise<Reading> {
    let best: Reading | undefined;
    for (let tries = 0; tries < TRIES && (!best || best.error > SLOW / 2); tries++) {
      const reading = await this.askOnce();
      if (reading && (!best || reading.error < best.error)) best = reading;
    }
    if (!best) throw new Error('the clock is being set');
    return best;
  }

  /** @return undefined when the clock was set meanwhile */
  private async askOnce(): Promise<Reading | undefined> {
    const base = monotonicBase();
    const began = performance.now();
    const theirs = (await this.options.ask()).getTime();
    const took = performance.now() - began;
    if (Math.abs(monotonicBase() - base) > JUMP) return undefined;
    return { offset: theirs - (base + began + took / 2), error: took / 2 };
  }

  private take(reading: Reading): void {
    this.reading = reading;
    this.measuredAt = performance.now();
    this.base = monotonicBase();
    const apart = Math.abs(reading.offset) - reading.error;
    const state = apart > SKEWED ? 'skewed' : apart > WARNING ? 'off' : 'ok';
    if (state === this.known) return;
    this.known = state;
    this.options.onChange?.(state, reading.offset);
  }
}

function monotonicBase(): number {
  return Date.now() - performance.now();
}

/**
 * The time of the server that the driver asks: the primary, or a router of a sharded cluster.
 * @throws the driver's error
 * @see https://www.mongodb.com/docs/manual/reference/command/hello/
 */
export async function databaseTime(db: mongo.Db): Promise<Date> {
  const { localTime } = await db.command({ hello: 1 }).catch(error => {
    // MongoDB 4.4.0 and 4.4.1 know it by its former name only.
    if ((error as { code?: unknown }).code !== COMMAND_NOT_FOUND) throw error;
    return db.command({ isMaster: 1 });
  });
  return localTime as Date;
}

/** A difference of clocks. @param offset milliseconds that the database's is ahead */
export function clockDifference(offset: number): Message {
  return { key: offset > 0 ? 'behindDatabase' : 'aheadOfDatabase', params: { seconds: (Math.abs(offset) / 1000).toFixed(1) } };
}

/** A difference of clocks in English words: `7.2 s behind the database's`. @param offset milliseconds that the database's is ahead */
export function inWords(offset: number): string {
  return render(clockDifference(offset), 'en');
}
