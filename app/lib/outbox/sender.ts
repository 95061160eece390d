import type { Deadline } from '../deadline';
import type { OutboxDocument, OutboxError, OutboxReceipt } from './document';
import type { EndState } from './endings';

/** How one kind of outgoing message is sent. */
export interface Sender {
  /** Whether receiving it twice does no harm: then what may or may not have arrived is sent again instead of being `unknown`. */
  readonly repeatable?: boolean;
  /** Why it is not tried at all; null when it is. */
  refuse(row: OutboxDocument): Promise<OutboxError | null>;
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
