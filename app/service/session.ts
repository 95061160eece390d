import { Service } from 'egg';
import { AppError } from '../lib/errors';
import { tokenHash } from '../lib/crypto/token';
import { checkSession } from '../lib/wechat/endpoints/session';
import type { SessionDocument } from '../model/session';

const DAY = 86_400_000;
const SLIDING = 7 * DAY;
const ABSOLUTE = 30 * DAY;
/** lastSeenAt is written no more often than this. */
const TOUCH_EVERY = 60_000;

/** Sessions of mini-programs and web pages: a token known to the client, its hash known here. */
export default class SessionService extends Service {
  /**
   * Opens the session of a token, or finds the one it opened before.
   * @return when it expires unless it is used
   */
  async open(token: string, who: { userId: string; appid: string; openid: string }): Promise<Date> {
    const now = new Date();
    const expiresAt = new Date(now.getTime() + SLIDING);
    await this.ctx.model.Session.updateOne(
      { _id: tokenHash(token) },
      { $setOnInsert: { ...who, createdAt: now, lastSeenAt: now, expiresAt } },
      { upsert: true },
    );
    return expiresAt;
  }

  /**
   * Who the token belongs to.
   * @throws {AppError} UNAUTHENTICATED
   */
  async authenticate(token: string): Promise<SessionDocument> {
    if (!token) throw new AppError('UNAUTHENTICATED', 'Send the token of the login as "Authorization: Bearer <token>".');
    const now = new Date();
    // The TTL monitor is late by up to a minute, so expiry is asked for here as well.
    const session = await this.ctx.model.Session.findOne({ _id: tokenHash(token), expiresAt: { $gt: now } }).lean<SessionDocument>();
    if (!session) throw new AppError('UNAUTHENTICATED');
    if (now.getTime() - session.lastSeenAt.getTime() > TOUCH_EVERY) await this.touch(session, now);
    return session;
  }

  /** Whether WeChat still holds the session_key of this login. */
  async sessionKeyValid(session: SessionDocument): Promise<boolean> {
    const { app, ctx } = this;
    const sessionKey = await ctx.service.user.sessionKey(session.appid, session.openid);
    if (!sessionKey) return false;
    const weapp = app.weapps.find(session.appid);
    if (!weapp) throw new AppError('NOT_FOUND', 'The app of this login is no longer configured.');
    return app.accessTokens.with(weapp, accessToken => checkSession(app.wechatClient, accessToken, session.openid, sessionKey));
  }

  /** Ends one session. */
  async close(session: SessionDocument): Promise<void> {
    await this.ctx.model.Session.deleteOne({ _id: session._id });
  }

  /** @return how many sessions of the person were ended */
  async closeAll(userId: string): Promise<number> {
    const { deletedCount } = await this.ctx.model.Session.deleteMany({ userId });
    return deletedCount;
  }

  private async touch(session: SessionDocument, now: Date): Promise<void> {
    const expiresAt = new Date(Math.min(now.getTime() + SLIDING, session.createdAt.getTime() + ABSOLUTE));
    await this.ctx.model.Session.updateOne({ _id: session._id }, { $set: { lastSeenAt: now, expiresAt } });
    await this.ctx.service.user.seen(session.appid, session.openid, session.userId, now);
  }
}
