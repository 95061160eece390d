import type { Document } from './bson';

/** MongoDB's names for its error codes; https://github.com/mongodb/mongo/blob/v7.0/src/mongo/base/error_codes.yml */
const NAMES: Record<number, string> = {
  1: 'InternalError', 2: 'BadValue', 4: 'NoSuchKey', 9: 'FailedToParse', 11: 'UserNotFound', 13: 'Unauthorized', 14: 'TypeMismatch', 15: 'Overflow', 17: 'ProtocolError',
  18: 'AuthenticationFailed', 20: 'IllegalOperation', 22: 'InvalidBSON', 26: 'NamespaceNotFound', 27: 'IndexNotFound',
  28: 'PathNotViable', 40: 'ConflictingUpdateOperators', 43: 'CursorNotFound', 48: 'NamespaceExists', 50: 'MaxTimeMSExpired',
  52: 'DollarPrefixedFieldName', 53: 'InvalidIdField', 54: 'NotSingleValueField', 56: 'EmptyFieldName', 57: 'DottedFieldName',
  59: 'CommandNotFound', 66: 'ImmutableField', 67: 'CannotCreateIndex', 72: 'InvalidOptions', 73: 'InvalidNamespace',
  85: 'IndexOptionsConflict', 86: 'IndexKeySpecsConflict', 91: 'ShutdownInProgress', 112: 'WriteConflict', 115: 'CommandNotSupported',
  117: 'ConflictingOperationInProgress', 167: 'CommandNotSupportedOnView', 168: 'InvalidPipelineOperator', 175: 'QueryPlanKilled', 197: 'InvalidIndexSpecificationOption',
  225: 'TransactionTooOld', 238: 'NotImplemented', 251: 'NoSuchTransaction', 256: 'TransactionCommitted', 263: 'OperationNotSupportedInTransaction', 276: 'IndexBuildAborted',
  292: 'QueryExceededMemoryLimitNoDiskUseAllowed', 334: 'MechanismUnavailable', 352: 'UnsupportedOpQueryCommand', 10334: 'BSONObjectTooLarge', 11000: 'DuplicateKey', 11600: 'InterruptedAtShutdown',
  12587: 'BackgroundOperationInProgressForNamespace', 14031: 'OutOfDiskSpace',
};

const MAX_MESSAGE_LENGTH = 100_000;

/** An error that a client sees, with MongoDB's own code, name and text. */
export class MongoError extends Error {
  constructor(readonly code: number, message: string, readonly extra: Document = {}) {
    super(message);
  }

  /** Shortened to fit into an answer: a text may quote the request, and `keyValue` comes from it. */
  bounded(): MongoError {
    if (this.message.length <= MAX_MESSAGE_LENGTH) return this;
    const { errorLabels } = this.extra;
    return new MongoError(this.code, `${this.message.slice(0, MAX_MESSAGE_LENGTH)}…`, errorLabels ? { errorLabels } : {});
  }

  get codeName(): string {
    return NAMES[this.code] ?? `Location${this.code}`;
  }

  /** The failed command's reply. */
  toReply(): Document {
    return { ok: 0, errmsg: this.message, code: this.code, codeName: this.codeName, ...this.extra };
  }
}
