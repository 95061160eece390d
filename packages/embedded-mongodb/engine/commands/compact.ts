import { Long } from 'bson';
import { MongoError } from '../../errors';
import { checkFields, namespaceOf } from '../arguments';
import type { Handler } from '../engine';

/**
 * Returns the file's unused room, that of all collections, to the file system.
 * https://www.mongodb.com/docs/manual/reference/command/compact/
 */
const compact: Handler = async (engine, request) => {
  const { body } = request;
  checkFields('compact', body, ['force', 'freeSpaceTargetMB', 'dryRun']);
  const namespace = namespaceOf(request.database, body.compact);
  if (!engine.catalog.get(namespace)) throw new MongoError(26, `collection does not exist: ${namespace}`);
  if (body.dryRun === true) return { estimatedBytesFreed: Long.fromNumber(engine.store.free()), ok: 1 };
  return { bytesFreed: Long.fromNumber(await engine.compact()), ok: 1 };
};

export const COMPACT_COMMANDS: Record<string, Handler> = { compact };
