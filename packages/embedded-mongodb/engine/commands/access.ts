import { isDocument } from '../../bson';
import type { Document } from '../../bson';
import { MongoError } from '../../errors';
import { MECHANISM } from '../access';
import type { Handler, Request } from '../engine';

/**
 * What `hello` says beside itself to who is about to log in: the mechanisms, and the first answer of a login that was
 * begun with it. https://github.com/mongodb/specifications/blob/master/source/auth/auth.md#speculative-authentication
 */
export function greeting({ access, body }: Request): Document {
  const said: Document = {};
  if (body.saslSupportedMechs !== undefined) said.saslSupportedMechs = [MECHANISM];
  const begun = body.speculativeAuthenticate;
  if (!isDocument(begun) || begun.saslStart === undefined) return said;
  try {
    const { ok, ...speculativeAuthenticate } = access.start(String(begun.db), begun);
    said.speculativeAuthenticate = speculativeAuthenticate;
  } catch (error) {
    // Then it has not begun: the client asks again by saslStart, and hears why not.
    if (!(error instanceof MongoError)) throw error;
  }
  return said;
}

const logout: Handler = (_engine, { access }) => {
  access.logout();
  return { ok: 1 };
};

export const ACCESS_COMMANDS: Record<string, Handler> = {
  saslStart: (_engine, { access, body, database }) => access.start(database, body),
  saslContinue: (_engine, { access, body }) => access.continue(body),
  logout,
};
