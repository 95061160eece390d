import type { OutboxDocument, OutboxError, OutboxTry } from './document';

/** Tries of a row that are kept: the last ones. */
export const MOST_TRIES = 10;
/** Most characters of an error's message. */
const LONGEST = 300;

/**
 * The tries of a row after another one. A row that is sent at its first try keeps none: that try follows from `sentAt`.
 * @return the fields to be written with the end of the try; none when nothing is to be kept
 */
export function withTry(row: Pick<OutboxDocument, 'tries'>, made: OutboxTry): Pick<OutboxDocument, 'tries'> {
  const { tries = [] } = row;
  if (made.outcome === 'sent' && tries.length === 0) return {};
  return { tries: [...tries, made].slice(-MOST_TRIES) };
}

/** A try that has begun at a time, as it is kept. */
export function tryOf(at: Date, outcome: OutboxTry['outcome'], error?: OutboxError): OutboxTry {
  if (!error) return { at, outcome };
  const { errcode, message, rid } = error;
  return { at, outcome, ...(errcode === undefined ? {} : { errcode }), message: message.slice(0, LONGEST), ...(rid === undefined ? {} : { rid }) };
}

/**
 * The tries of a row, the oldest first: those that are kept, else the only or last one, by the row's other fields. Empty
 * when the row has not been tried.
 */
export function triesOf({ tries = [], state, attempts, sentAt, lastError }: Pick<OutboxDocument, 'tries' | 'state' | 'attempts' | 'sentAt' | 'lastError'>): OutboxTry[] {
  if (tries.length > 0 || attempts === 0) return tries;
  if (state === 'sent') return sentAt ? [tryOf(sentAt, 'sent')] : [];
  if (!lastError) return [];
  return [tryOf(lastError.at, state === 'unknown' ? 'unknown' : state === 'failed' || state === 'dead' ? 'failed' : 'retry', lastError)];
}
