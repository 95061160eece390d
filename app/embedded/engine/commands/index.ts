import { MongoError } from '../../errors';
import type { Engine, Handler, Reply, Request } from '../engine';
import { COLLECTION_COMMANDS } from './collections';
import { INDEX_COMMANDS } from './indexes';
import { READ_COMMANDS } from './read';
import { SERVER_COMMANDS } from './server';
import { WRITE_COMMANDS } from './write';

const COMMANDS = new Map<string, Handler>(Object.entries({
  ...SERVER_COMMANDS, ...READ_COMMANDS, ...WRITE_COMMANDS, ...INDEX_COMMANDS, ...COLLECTION_COMMANDS,
}));

/** Runs one command. Throws MongoError 59 for one that is not known. */
export async function runCommand(engine: Engine, request: Request): Promise<Reply> {
  const handler = COMMANDS.get(request.name);
  if (!handler) throw new MongoError(59, `no such command: '${request.name}'`);
  return await handler(engine, request);
}
