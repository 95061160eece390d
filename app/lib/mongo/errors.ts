/** Whether the server refused a write because of a unique index (code 11000). */
export function isDuplicateKey(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === 11000;
}

/** Codes: one document of several, or its copies at a majority, could not be written. */
export class WriteError extends Error {
  constructor(readonly code: number, cause: Error) {
    // The driver's own error holds the documents, which must not be logged.
    super(`could not be written: ${code}: ${cause.message}`);
    this.name = 'WriteError';
  }
}

const UNREACHABLE = /^(MongoNetwork|MongoServerSelection|MongoNotConnected|MongoTopologyClosed|MongoPool|MongoWaitQueueTimeout|MongoExpiredSession|MongoClientClosed|MongoServerClosed|MongoOperationTimeout|PoolCleared)/;

/**
 * The system's codes for a broken connection: the driver passes them on unchanged when it had to wait for room in the
 * socket.
 */
const BROKEN = new Set(['ECONNRESET', 'ECONNREFUSED', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN']);

/** The server's codes for failures that are not the operation's fault. */
const LATER = new Set([
  // A host, a primary or a majority is out of reach, changing or too slow.
  6, 7, 50, 64, 89, 91, 100, 133, 189, 202, 262, 9001, 11600, 11602, 10107, 13435, 13436,
  // The server takes no writes until a person acts: full disk, exceeded quota, revoked rights.
  13, 18, 8000, 14031,
]);

/**
 * Whether an operation failed because the database cannot be reached, is changing its primary, took too long or takes
 * no writes: it may succeed later.
 * @see https://www.mongodb.com/docs/manual/reference/error-codes/
 */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, hasErrorLabel, errorResponse } = error as { code?: unknown; hasErrorLabel?: (label: string) => boolean; errorResponse?: unknown };
  if (UNREACHABLE.test(error.name)) return true;
  // A bulk write wraps the connection's error.
  if (error.name === 'MongoBulkWriteError' && isUnavailable(errorResponse)) return true;
  // Mongoose's own error when there is no connection and buffering is off.
  if (error.name === 'MongooseError' && /initial connection|bufferCommands|buffering timed out/.test(error.message)) return true;
  if (typeof hasErrorLabel === 'function' && (hasErrorLabel.call(error, 'RetryableWriteError') || hasErrorLabel.call(error, 'TransientTransactionError'))) return true;
  return typeof code === 'number' ? LATER.has(code) : BROKEN.has(String(code));
}
