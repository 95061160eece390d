/** Whether the server refused a write because of a unique index (code 11000). */
export function isDuplicateKey(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === 11000;
}

/** That one document of several, or a majority's copy of them, could not be written. */
export class WriteError extends Error {
  constructor(readonly code: number, cause: Error) {
    // The driver's own error holds the documents, which belong in no log.
    super(`could not be written: ${code}: ${cause.message}`);
    this.name = 'WriteError';
  }
}

const UNREACHABLE = /^(MongoNetwork|MongoServerSelection|MongoNotConnected|MongoTopologyClosed|MongoPool|MongoWaitQueueTimeout|MongoExpiredSession|MongoClientClosed|MongoServerClosed|MongoOperationTimeout|PoolCleared)/;

/** What the system says of a connection: the driver passes it on as it is when it had to wait for room in the socket. */
const BROKEN = new Set(['ECONNRESET', 'ECONNREFUSED', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN']);

/** What the server says when the operation is not to blame. */
const LATER = new Set([
  // a host, a primary or a majority is out of reach, changing or too slow
  6, 7, 50, 64, 89, 91, 100, 133, 189, 202, 262, 9001, 11600, 11602, 10107, 13435, 13436,
  // it takes no writes until somebody has seen to it: full disk, exceeded quota, revoked rights
  13, 18, 8000, 14031,
]);

/**
 * Whether an operation failed because the database cannot be reached, is changing its primary, took too long or lets
 * nobody write: it may succeed later.
 * @see https://www.mongodb.com/docs/manual/reference/error-codes/
 */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, hasErrorLabel, errorResponse } = error as { code?: unknown; hasErrorLabel?: (label: string) => boolean; errorResponse?: unknown };
  if (UNREACHABLE.test(error.name)) return true;
  // A bulk write wraps what happened to the connection.
  if (error.name === 'MongoBulkWriteError' && isUnavailable(errorResponse)) return true;
  // Mongoose's own, when the connection is not up and buffering is off
  if (error.name === 'MongooseError' && /initial connection|bufferCommands|buffering timed out/.test(error.message)) return true;
  if (typeof hasErrorLabel === 'function' && (hasErrorLabel.call(error, 'RetryableWriteError') || hasErrorLabel.call(error, 'TransientTransactionError'))) return true;
  return typeof code === 'number' ? LATER.has(code) : BROKEN.has(String(code));
}
