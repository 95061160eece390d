import type { mongo } from 'mongoose';
import type { Person } from './document';

/** When an erasure was over. */
export interface End {
  at: Date;
  /** See lib/order. */
  order: number;
  /** Whether no event that was on its way then still is. */
  triesOver: boolean;
}

/** What one pass of an erasure works on. */
export interface Scope {
  db: mongo.Db;
  person: Person;
  /** After the end: what came later stays. */
  end?: End;
  /** To be called before each step. @throws when another process may be at it */
  check(): void;
  /** Keeps keyed hashes of messages that WeChat may still repeat, before they are removed. */
  remember(messages: string[]): Promise<void>;
  /** Whether a message is one of those. */
  isRepeat(message: string): boolean;
  /** Lets those rows of a lane go that waited for one that is no more. */
  wake(lane: string): Promise<void>;
}
