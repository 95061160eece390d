/**
 * The part of a connection string that may be shown: hosts and ports, never user name, password or options. Everything
 * before the last `@` is left out, so that a password that should have been escaped is left out too.
 * @param url `mongodb://…` or `mongodb+srv://…`
 */
export function databaseAddress(url: string): string {
  const [authority] = url.slice(url.lastIndexOf('@') + 1).replace(/^mongodb(\+srv)?:\/\//, '').split(/[/?#]/);
  return authority;
}

const NAME = '(?:%[0-9A-Fa-f]{2}|[^%@:/?#\\[\\]\\s])+';
const HOST = '[^@/?#,\\s]+';

/**
 * Connection strings in which no part of the password can be taken for a host: user name and password percent-encoded,
 * no other `@`.
 * @see https://www.mongodb.com/docs/manual/reference/connection-string/
 */
export const CONNECTION_STRING = new RegExp(`^mongodb(\\+srv)?://(?:${NAME}(?::(?:${NAME})?)?@)?${HOST}(?:,${HOST})*(?:/[^@?#\\s]*)?(?:\\?[^@#\\s]*)?$`);

/** Properties in which the reason of a failure is looked for. */
interface Failure {
  name?: unknown;
  code?: unknown;
  codeName?: unknown;
  cause?: unknown;
  reason?: unknown;
}

/**
 * Why the database cannot be reached, in a word or two: the system's or the server's own name for it. The driver's
 * messages are never repeated, because they may hold any part of the connection string.
 */
export function whyAway(error: unknown): string {
  let name = 'no connection';
  for (let at = error, depth = 0; typeof at === 'object' && at !== null && depth < 8; at = within(at), depth++) {
    const { name: called, code, codeName } = at as Failure;
    if (typeof codeName === 'string') return codeName;
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]*$/.test(code)) return code;
    if (typeof called === 'string' && called !== 'Error') name = /Timeout|ServerSelection/.test(called) ? 'no answer in time' : called;
  }
  return name;
}

/** The cause of an error: another error, or what the driver found at the servers. */
function within({ cause, reason }: Failure): unknown {
  const { servers } = (cause ?? reason ?? {}) as { servers?: unknown };
  if (!(servers instanceof Map)) return cause ?? reason;
  return [...servers.values()].map(({ error }: { error?: unknown }) => error).find(Boolean);
}
