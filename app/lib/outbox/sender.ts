import type { Deadline } from '../async/deadline';
import type { OutboxDocument, OutboxError, OutboxReceipt } from './document';
import type { EndState } from './endings';
import type { UpstreamError } from '../http/upstreamError';

/** What keeps all messages of an app from being sent, and since when. */
export interface Obstacle {
  since: Date;
  error: OutboxError;
}

/** How one kind of outgoing message is sent. */
export interface Sender {
  /**
   * For how long what may or may not have arrived is sent again instead of being `unknown`, in milliseconds: while the
   * receiver knows it again. Infinity when receiving it twice does no harm; never when left out.
   */
  readonly repeatableMs?: number;
  /** Why it is not tried at all; null when it is. */
  refuse(row: OutboxDocument): Promise<OutboxError | null>;
  /**
   * Why it has to wait, through no fault of its own; null when it does not, or is the one that is sent to see whether
   * that is over.
   */
  waits?(row: OutboxDocument): Promise<Obstacle | null>;
  /** Why a row has to wait that a try has shown to be held up through no fault of its own; null when that is not so. */
  heldUp?(row: OutboxDocument, error: UpstreamError): Promise<Obstacle | null>;
  /** Told of each message that has been taken. */
  taken?(row: OutboxDocument): void;
  /** Gets what must be at hand before the message counts as being sent. @return the message as it goes out @throws {UpstreamError} */
  prepare(row: OutboxDocument): Promise<OutboxDocument['message']>;
  /**
   * Makes the call.
   * @param deadline by when it has ended: afterwards another process may be at the row
   * @return what is to be kept of the answer
   * @throws {UpstreamError} whose `delivery` says what became of the message
   */
  send(row: OutboxDocument, deadline: Deadline): Promise<OutboxReceipt | void>;
  /** When to try again after so many tries (from 1); null = never. */
  retryAt(attempts: number): Date | null;
  /** Whether `settled` has anything to do. */
  concerns?(row: OutboxDocument, state: EndState, error?: OutboxError): boolean;
  /** Told of the end by the process that has written it; may be told again. */
  settled?(row: OutboxDocument, state: EndState, error?: OutboxError): Promise<void>;
}
