import { isDocument } from '../../bson';
import type { Document, Value } from '../../bson';
import { MongoError } from '../../errors';
import { MECHANISM } from '../access';
import type { Handler, Request } from '../engine';
import { truthy } from '../match';

/**
 * The part of `hello` for a client that is about to log in: the mechanisms, and the first answer of a login that was
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
    // Then the login has not begun: the client begins again by saslStart, which tells why not.
    if (!(error instanceof MongoError)) throw error;
  }
  return said;
}

const logout: Handler = (_engine, { access }) => {
  access.logout();
  return { ok: 1 };
};

const rolesOf = ({ db }: Document): Document[] => [{ role: 'root', db }];

/** https://www.mongodb.com/docs/manual/reference/command/connectionStatus/ */
const connectionStatus: Handler = (_engine, { access, body }) => {
  const { users } = access;
  const privileges = users.map(() => ({ resource: { anyResource: true }, actions: ['anyAction'] }));
  return {
    authInfo: { authenticatedUsers: users, authenticatedUserRoles: users.flatMap(rolesOf), ...(truthy(body.showPrivileges) ? { authenticatedUserPrivileges: privileges } : {}) }, ok: 1,
  };
};

/** Whether usersInfo, sent to a database, asks for the user. */
function isMeant(asked: Value, database: string, user: Document): boolean {
  if (Array.isArray(asked)) return asked.some(one => isMeant(one, database, user));
  if (isDocument(asked)) return truthy(asked.forAllDBs) || asked.user === user.user && asked.db === user.db;
  return database === user.db && (typeof asked !== 'string' || asked === user.user);
}

/** https://www.mongodb.com/docs/manual/reference/command/usersInfo/ */
const usersInfo: Handler = (engine, { body, database }) => {
  const users = engine.gate.users.filter(user => isMeant(body.usersInfo, database, user));
  return { users: users.map(user => ({ _id: `${String(user.db)}.${String(user.user)}`, ...user, roles: rolesOf(user), mechanisms: [MECHANISM] })), ok: 1 };
};

export const ACCESS_COMMANDS: Record<string, Handler> = {
  saslStart: (_engine, { access, body, database }) => access.start(database, body),
  saslContinue: (_engine, { access, body }) => access.continue(body),
  logout,
  connectionStatus,
  usersInfo,
};
