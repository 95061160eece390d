import type { mongo } from 'mongoose';
import type { Person } from './document';

/** When an erasure was over. */
export interface End {
  at: Date;
  /** See lib/async/order. */
  order: number;
  /** Whether every event that was being sent at the end has ended by now. */
  triesOver: boolean;
}

/** The input of one pass of an erasure. */
export interface Scope {
  db: mongo.Db;
  person: Person;
  /** After the end: what came later stays. */
  end?: End;
  /** Must be called before each step. @throws when another process may be doing the erasure */
  check(): void;
  /** Keeps keyed hashes of messages that WeChat may still repeat, before the messages are removed. */
  remember(messages: string[]): Promise<void>;
  /** Whether a message is one of those. */
  isRepeat(message: string): boolean;
  /** Releases the rows of a lane that waited for one that is gone. */
  wake(lane: string): Promise<void>;
}
