import type { mongo } from 'mongoose';
import { render, type Message } from '../language/message';

/** Milliseconds. */
const WARNING_MS = 5_000;
const SKEWED_MS = 20_000;
const HOUR = 3_600_000;
/** Milliseconds between two checks whether this process's own clock has jumped. */
const LOOK_MS = 5_000;
const JUMP_MS = 1_000;
/** An answer that took longer, in milliseconds, is too inexact: the question is repeated. */
const SLOW_MS = 1_000;
const TRIES = 3;
const COMMAND_NOT_FOUND = 59;

/** How well two clocks agree: `off` above 5 s, `skewed` above 20 s. */
export type ClockState = 'ok' | 'off' | 'skewed';

interface Reading {
  /** Milliseconds that the database's clock is ahead of this process's; negative when it is behind. */
  offset: number;
  /** The error of that measurement: half of the time that the question took. */
  error: number;
}

interface Options {
  /** The database's time. */
  ask: () => Promise<Date>;
  /** Called when the state has changed, and for the first state when it is not `ok`. */
  onChange?: (state: ClockState, offset: number) => void;
  /** Milliseconds between two questions, an hour by default, and between two checks of this process's own clock. */
  every?: number;
  look?: number;
}

/**
 * The difference between this process's clock and the database's. Leases compare the clock of one process with times
 * that another one wrote, so all processes must agree with the one clock that each of them can read.
 */
export class DatabaseClock {
  private reading?: Reading;
  private known: ClockState = 'ok';
  private measuring?: Promise<void>;
  private timer?: NodeJS.Timeout;
  private measuredAt = -Infinity;
  /** Wall clock minus monotonic clock at the last measurement: it changes when the wall clock is set. */
  private base = 0;

  constructor(private readonly options: Options) {}

  /**
   * Whether times written here mean the same to other processes: as far as is known, the clocks differ by less than 20
   * s.
   */
  get trusted(): boolean {
    return this.known !== 'skewed';
  }

  /** Undefined until the database has answered. */
  get state(): ClockState | undefined {
    return this.reading && this.known;
  }

  /** Milliseconds that the database's clock is ahead; undefined until the database has answered. */
  get offset(): number | undefined {
    return this.reading?.offset;
  }

  /** Asks the database now. When it does not answer, the last result stays. */
  async measure(): Promise<void> {
    this.measuring ??= this.best().then(reading => this.take(reading), () => undefined).finally(() => { this.measuring = undefined; });
    return this.measuring;
  }

  /** Begins to ask every hour, and whenever the clock of this machine has been set. */
  start(): void {
    const { every = HOUR, look = LOOK_MS } = this.options;
    this.timer ??= setInterval(() => {
      const due = performance.now() - this.measuredAt > every || Math.abs(monotonicBase() - this.base) > JUMP_MS;
      if (due && this.reading) void this.measure();
    }, look).unref();
  }

  /** Ends the asking. */
  stop(): void {
    clearInterval(this.timer);
  }

  /** The fastest answer of several. */
  private async best(): Promise<Reading> {
    let best: Reading | undefined;
    for (let tries = 0; tries < TRIES && (!best || best.error > SLOW_MS / 2); tries++) {
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
    if (Math.abs(monotonicBase() - base) > JUMP_MS) return undefined;
    return { offset: theirs - (base + began + took / 2), error: took / 2 };
  }

  private take(reading: Reading): void {
    this.reading = reading;
    this.measuredAt = performance.now();
    this.base = monotonicBase();
    const apart = Math.abs(reading.offset) - reading.error;
    const state = apart > SKEWED_MS ? 'skewed' : apart > WARNING_MS ? 'off' : 'ok';
    if (state === this.known) return;
    this.known = state;
    this.options.onChange?.(state, reading.offset);
  }
}

function monotonicBase(): number {
  return Date.now() - performance.now();
}

/**
 * Reads the time of the server that the driver asks: the primary, or a router of a sharded cluster.
 * @throws the driver's error
 * @see https://www.mongodb.com/docs/manual/reference/command/hello/
 */
export async function databaseTime(db: mongo.Db): Promise<Date> {
  const { localTime } = await db.command({ hello: 1 }).catch(error => {
    // MongoDB 4.4.0 and 4.4.1 know the command by its former name only.
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
