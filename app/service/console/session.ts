import { createHmac } from 'node:crypto';
import { Service } from 'egg';
import { hashPassword, verifyPassword } from '../../lib/console/password';
import { deriveKey } from '../../lib/crypto/deriveKey';
import { newToken, tokenHash } from '../../lib/crypto/token';
import { AppError } from '../../lib/errors';
import type { AdminDocument, Role } from '../../lib/console/administrators';
import type { ConsoleSessionDocument } from '../../model/consoleSession';

/** A person who is signed in to the console. */
export interface SignedIn {
  name: string;
  role: Role;
  /** `_id` of the session */
  session: string;
  csrfToken: string;
}

/** A session that was just opened. */
export interface Opened extends SignedIn {
  /** For the cookie; it is stored nowhere. */
  token: string;
}

/** How long a session lasts, in seconds. */
export const SESSION_SECONDS = 12 * 3600;

const csrfKeys = new WeakMap<Buffer, Buffer>();

/** Sessions of the console: the browser has the token, the database its hash. */
export default class ConsoleSessionService extends Service {
  /**
   * Signs in.
   * @param address the caller's, as it is counted
   * @return the session, or the seconds to wait after five failures
   * @throws {AppError} UNAUTHENTICATED; RATE_LIMITED when many others are signing in
   */
  async signIn(name: string, password: string, address: string): Promise<Opened | { retryAfter: number }> {
    const { administrators, signInAttempts } = this.app;
    const retryAfter = await this.waitOf(name, address);
    if (retryAfter > 0) return { retryAfter };
    const admin = await administrators.find(name);
    if (!await verifyPassword(password, admin?.passwordHash) || !admin) throw new AppError('UNAUTHENTICATED', { key: 'signInWrong' });
    await signInAttempts.succeeded(name, address);
    return this.open(admin, 'session.signIn');
  }

  /**
   * Creates the first administrator, with the token of a link that the start has printed, and signs in.
   * @param address the caller's, as it is counted
   * @return the session, or the seconds to wait after five failures
   * @throws {AppError} FORBIDDEN when the link is over, or there is an administrator; CONFLICT when the name is taken
   */
  async setUp(token: string, name: string, password: string, address: string): Promise<Opened | { retryAfter: number }> {
    const { administrators, signInAttempts } = this.app;
    const { setup } = this.ctx.service.console;
    const retryAfter = await this.waitOf(name, address);
    if (retryAfter > 0) return { retryAfter };
    if (!await setup.isValid(token)) throw new AppError('FORBIDDEN', { key: 'setupLinkOver' });
    if (await administrators.exist()) throw new AppError('FORBIDDEN', { key: 'setupDone' });
    const passwordHash = await hashPassword(password);
    await this.ctx.service.audit.record({ who: name, action: 'admin.setup', target: name });
    const admin = await administrators.createFirst(name, passwordHash);
    if (!admin) throw new AppError('FORBIDDEN', { key: 'setupDone' });
    await setup.endLinks();
    await signInAttempts.succeeded(name, address);
    return this.open(admin, 'session.signIn');
  }

  /**
   * The session of a token. The database is asked each time, so that ending a session takes effect at once on every
   * worker.
   * @throws {AppError} UNAUTHENTICATED
   */
  async authenticate(token: string | undefined): Promise<SignedIn> {
    if (token === undefined) throw new AppError('UNAUTHENTICATED', { key: 'signInFirst' });
    const session = await this.ctx.model.ConsoleSession.findById(tokenHash(token)).lean<ConsoleSessionDocument>();
    const admin = session && await this.app.administrators.find(session.name);
    // The TTL monitor is late by up to a minute.
    if (!session || session.expiresAt <= new Date() || admin?.version !== session.version) throw new AppError('UNAUTHENTICATED', { key: 'signInFirst' });
    return { name: session.name, role: admin.role, session: session._id, csrfToken: this.csrfToken(token) };
  }

  /** Whether a session is still valid: for answers that go on for long. */
  async isAlive({ session: id, role }: SignedIn): Promise<boolean> {
    const session = await this.ctx.model.ConsoleSession.findById(id).lean<ConsoleSessionDocument>();
    if (!session || session.expiresAt <= new Date()) return false;
    const admin = await this.app.administrators.find(session.name);
    return admin?.version === session.version && admin.role === role;
  }

  /** Ends a session. */
  async signOut({ name, session }: SignedIn): Promise<void> {
    await this.ctx.service.audit.record({ who: name, action: 'session.signOut', target: name });
    await this.ctx.model.ConsoleSession.deleteOne({ _id: session });
  }

  /** Removes the sessions of a name whose document has changed: they are invalid already. */
  async clear(name: string): Promise<void> {
    await this.ctx.model.ConsoleSession.deleteMany({ name });
  }

  /** Counts a try. @return seconds to wait when there were too many, else 0 */
  private async waitOf(name: string, address: string): Promise<number> {
    const retryAfter = await this.app.signInAttempts.begin(name, address);
    if (retryAfter > 0 && this.app.strangers.allows()) this.logger.warn('Too many failed attempts to sign in to the console from %s', address);
    return retryAfter;
  }

  private async open({ _id: name, role, version }: AdminDocument, action: string): Promise<Opened> {
    const token = newToken();
    const now = new Date();
    await this.ctx.service.audit.record({ who: name, action, target: name });
    await this.ctx.model.ConsoleSession.create({
      _id: tokenHash(token), name, version, createdAt: now, expiresAt: new Date(now.getTime() + SESSION_SECONDS * 1000),
    });
    await this.app.administrators.signedIn(name, now);
    return { name, role, session: tokenHash(token), csrfToken: this.csrfToken(token), token };
  }

  /** Derived from the token, so that it is bound to the session and need not be stored. */
  private csrfToken(token: string): string {
    const { dataKey } = this.app;
    let key = csrfKeys.get(dataKey);
    if (!key) csrfKeys.set(dataKey, key = deriveKey(dataKey, 'console-csrf'));
    return createHmac('sha256', key).update(token).digest('base64url');
  }
}
