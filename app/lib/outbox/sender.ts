import type { Deadline } from '../async/deadline';
import type { OutboxDocument, OutboxError, OutboxReceipt } from './document';
import type { EndState } from './endings';
import type { UpstreamError } from '../http/upstreamError';

/** A reason that keeps all messages of an app from being sent, and since when. */
export interface Obstacle {
  since: Date;
  error: OutboxError;
}

/** How one kind of outgoing message is sent. */
export interface Sender {
  /**
   * For how long a message with an unknown outcome is sent again instead of becoming `unknown`, in milliseconds: as
   * long as the receiver recognises it. Infinity when receiving it twice does no harm; never when left out.
   */
  readonly repeatableMs?: number;
  /** Why the row is not tried at all; null when it is. */
  refuse(row: OutboxDocument): Promise<OutboxError | null>;
  /**
   * Why the row has to wait without being at fault; null when it does not, or is the one that is sent to see whether
   * the reason is gone.
   */
  waits?(row: OutboxDocument): Promise<Obstacle | null>;
  /**
   * Why a row has to wait after a try that failed without the row being at fault; null when there is no such reason.
   */
  heldUp?(row: OutboxDocument, error: UpstreamError): Promise<Obstacle | null>;
  /** Called for each accepted message. */
  taken?(row: OutboxDocument): void;
  /**
   * Prepares what the message needs before it counts as being sent.
   * @return the message as it goes out
   * @throws {UpstreamError}
   */
  prepare(row: OutboxDocument): Promise<OutboxDocument['message']>;
  /**
   * Makes the call.
   * @param deadline by which it has ended: afterwards another process may send the row
   * @return the part of the answer that is stored
   * @throws {UpstreamError} whose `delivery` says whether the message arrived
   */
  send(row: OutboxDocument, deadline: Deadline): Promise<OutboxReceipt | void>;
  /** When to try again after so many tries (from 1); null = never. */
  retryAt(attempts: number): Date | null;
  /** Whether `settled` has anything to do. */
  concerns?(row: OutboxDocument, state: EndState, error?: OutboxError): boolean;
  /** Called after the end by the process that has written it; may be called again. */
  settled?(row: OutboxDocument, state: EndState, error?: OutboxError): Promise<void>;
}
