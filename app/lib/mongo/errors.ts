/** Whether the server refused a write because of a unique index (code 11000). */
export function isDuplicateKey(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === 11000;
}

const UNREACHABLE = /^(MongoNetwork|MongoServerSelection|MongoNotConnected|MongoTopologyClosed|MongoPool|MongoWaitQueueTimeout|MongoExpiredSession|MongoClientClosed|MongoOperationTimeout|PoolCleared)/;

/**
 * Whether an operation failed because the database cannot be reached, is changing its primary, or took too long:
 * it may succeed later.
 * @see https://www.mongodb.com/docs/manual/reference/error-codes/
 */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, hasErrorLabel } = error as { code?: unknown; hasErrorLabel?: (label: string) => boolean };
  if (UNREACHABLE.test(error.name)) return true;
  // Mongoose's own, when the connection is not up and buffering is off
  if (error.name === 'MongooseError' && /initial connection|bufferCommands|buffering timed out/.test(error.message)) return true;
  if (typeof hasErrorLabel === 'function' && (hasErrorLabel.call(error, 'RetryableWriteError') || hasErrorLabel.call(error, 'TransientTransactionError'))) return true;
  return typeof code === 'number' && [50, 64, 91, 189, 262, 11600, 11602, 10107, 13435, 13436].includes(code);
}
