import { Service } from 'egg';
import { openidKey } from '../lib/wechat/openidKey';
import { AppError } from '../lib/errors';
import { tokenHash } from '../lib/crypto/token';
import { checkSession } from '../lib/wechat/endpoints/session';
import type { SessionDocument } from '../model/session';

const DAY = 86_400_000;
const SLIDING = 7 * DAY;
const ABSOLUTE = 30 * DAY;
/** Milliseconds between two writes of lastSeenAt. */
const TOUCH_EVERY = 60_000;
/** Merges that may begin while the sessions of a person are ended. */
const ROUNDS = 8;

/** Sessions of mini-programs and web pages: the client has the token, the database its hash. */
export default class SessionService extends Service {
  /**
   * Opens the session of a token, or finds the one it opened before.
   * @return when it expires unless it is used
   */
  async open(token: string, { unionid, ...who }: { userId: string; appid: string; openid: string; unionid?: string | null }): Promise<Date> {
    const now = new Date();
    const expiresAt = new Date(now.getTime() + SLIDING);
    await this.app.groups.sessions.insert({ _id: tokenHash(token), ...who, ...(unionid ? { unionid } : {}), createdAt: now, lastSeenAt: now, expiresAt });
    return expiresAt;
  }

  /** Notes that the session of a token belongs to another user than was known when it was opened. */
  async assign(token: string, userId: string): Promise<void> {
    await this.app.groups.sessions.update(tokenHash(token), { $set: { userId } });
  }

  /**
   * The person of a token. A session that another process has ended is valid here for one more second at most; its
   * `userId` may be older than a merge.
   * @throws {AppError} UNAUTHENTICATED
   */
  async authenticate(token: string): Promise<SessionDocument> {
    if (!token) throw new AppError('UNAUTHENTICATED', { key: 'sendToken' });
    const id = tokenHash(token);
    const session = await this.app.recentSessions.get(id, () => this.app.groups.sessions.find(id));
    const now = new Date();
    // The TTL monitor is late by up to a minute, so expiry is checked here as well.
    if (!session || session.expiresAt <= now) throw new AppError('UNAUTHENTICATED');
    return now.getTime() - session.lastSeenAt.getTime() > TOUCH_EVERY ? this.touch(session, now) : session;
  }

  /** Whether WeChat still holds the session_key of this login. */
  async sessionKeyValid(session: SessionDocument): Promise<boolean> {
    const { app, ctx } = this;
    const sessionKey = await ctx.service.user.sessionKey(session.appid, session.openid);
    if (!sessionKey) return false;
    const wechatApp = app.wechatApps.find(session.appid);
    if (!wechatApp) throw new AppError('NOT_FOUND', { key: 'appGone' });
    return app.accessTokens.with(wechatApp, accessToken => checkSession(app.wechatClient, accessToken, session.openid, sessionKey));
  }

  /** Ends one session: at once for this process, within a second for the others. */
  async close(session: SessionDocument): Promise<void> {
    await this.ctx.model.Session.deleteOne({ _id: session._id });
    this.app.recentSessions.forget(session._id);
  }

  /**
   * Ends every session of the person behind a login, with whomever they are joined meanwhile: at once for this process,
   * within a second for the others.
   * @return how many
   * @throws {AppError} UNAUTHENTICATED when the person has been erased; UNAVAILABLE when merges go on and on
   */
  async closeAll({ appid, openid }: Pick<SessionDocument, 'appid' | 'openid'>): Promise<number> {
    const { joining } = this.ctx.service;
    for (let ended = 0, round = 0; round < ROUNDS; round++) {
      const userId = await joining.whole(openidKey(appid, openid));
      ended += await this.closeOf(userId);
      // Of a user who was being moved, not all openids may have been read.
      if (await joining.isWhole(userId)) return ended;
    }
    throw new AppError('UNAVAILABLE', { key: 'personBusy' });
  }

  /**
   * Ends every session of a person.
   * @param userId of a user who is not being moved, as far as is known
   * @return how many
   */
  async closeAllOf(userId: string): Promise<number> {
    const openid = await this.ctx.model.Openid.find({ userId }, { appid: 1, openid: 1 }).sort({ _id: 1 }).limit(1).lean<Array<Pick<SessionDocument, 'appid' | 'openid'>>>();
    return openid.length > 0 ? this.closeAll(openid[0]) : this.closeOf(userId);
  }

  /** Sessions are found by the openids: their own `userId` may be older than a merge. */
  private async closeOf(userId: string): Promise<number> {
    const { Openid, Session } = this.ctx.model;
    const openids = await Openid.find({ userId }, { appid: 1, openid: 1 }).lean<Array<Pick<SessionDocument, 'appid' | 'openid'>>>();
    const whose = [{ userId }, ...openids.map(({ appid, openid }) => ({ appid, openid }))];
    const deleted = await Promise.all(whose.map(filter => Session.deleteMany(filter)));
    // The database does not tell which ones they were.
    this.app.recentSessions.forget();
    return deleted.reduce((sum, { deletedCount }) => sum + deletedCount, 0);
  }

  private async touch(session: SessionDocument, now: Date): Promise<SessionDocument> {
    const expiresAt = new Date(Math.min(now.getTime() + SLIDING, session.createdAt.getTime() + ABSOLUTE));
    const touched = { ...session, lastSeenAt: now, expiresAt };
    // Set before it is written, so that concurrent calls do not all write it.
    this.app.recentSessions.replace(session._id, touched);
    const userId = await this.ctx.service.user.seen(session, now);
    await this.app.groups.sessions.update(session._id, { $set: { lastSeenAt: now, expiresAt, ...(userId === session.userId ? {} : { userId }) } });
    return touched;
  }
}
