import type { OutboxDocument, OutboxError, OutboxReceipt } from './document';

/** How one kind of outgoing message is sent. */
export interface Sender {
  /** Whether receiving it twice does no harm: then what may or may not have arrived is sent again instead of being `unknown`. */
  readonly repeatable?: boolean;
  /** Why it is not tried at all; null when it is. */
  refuse(row: OutboxDocument): Promise<OutboxError | null>;
  /** Gets what must be at hand before the message counts as being sent. @return the message as it goes out @throws {UpstreamError} */
  prepare(row: OutboxDocument): Promise<OutboxDocument['message']>;
  /** Makes the call. @return what is to be kept of the answer @throws {UpstreamError} whose `delivery` says what became of the message */
  send(row: OutboxDocument): Promise<OutboxReceipt | void>;
  /** When to try again after so many tries (from 1); null = never. */
  retryAt(attempts: number): Date | null;
  /** Told of the end, before it is recorded; may be told twice. */
  settled?(row: OutboxDocument, state: 'sent' | 'failed' | 'dead' | 'unknown', error?: OutboxError): Promise<void>;
}
