import { isUnavailable } from '../mongo/errors';
import type { KeeperDocument } from '../../model/keeper';

/** The methods that are needed of the driver's collection. */
export interface KeeperStore {
  updateOne(filter: object, update: object, options: { upsert: true }): Promise<unknown>;
  deleteOne(filter: object): Promise<unknown>;
}

/** Milliseconds between two signs of life. */
const BEAT = 5_000;
/** A process without a sign of life for so long is taken for dead; a mistake does no harm. */
export const DEAD = 30_000;
/** A push is noted when it is stored, a moment after it was received. */
const MARGIN = 10_000;

interface Options {
  store: () => KeeperStore;
  /** A name that no other process has. */
  id: string;
  /** The time of the oldest entry that is not written, in milliseconds since 1970; Infinity when all are. */
  oldest: () => number;
  onError: (error: unknown) => void;
}

/**
 * Records up to which time this process has written conversations, so that another process can continue there if this
 * one dies.
 */
export class Keeper {
  private timer?: NodeJS.Timeout;
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly options: Options) {}

  /** Begins to give signs of life. */
  start(): void {
    if (this.timer) return;
    this.timer = setInterval(() => { this.running = this.beat(); }, BEAT).unref();
    this.running = this.beat();
  }

  /** Removes the record: everything is written. */
  async stop(): Promise<void> {
    if (!this.timer) return;
    clearInterval(this.timer);
    await this.running;
    await this.options.store().deleteOne({ _id: this.options.id }).catch(error => this.report(error));
  }

  private async beat(): Promise<void> {
    const beat = Date.now();
    const since = Math.min(this.options.oldest(), beat) - MARGIN;
    const set: Omit<KeeperDocument, '_id'> = { since: new Date(since), beat: new Date(beat) };
    await this.options.store().updateOne({ _id: this.options.id }, { $set: set }, { upsert: true }).catch(error => this.report(error));
  }

  private report(error: unknown): void {
    if (!isUnavailable(error)) this.options.onError(error);
  }
}
