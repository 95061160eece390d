import { randomUUID } from 'node:crypto';
import { openidKey } from '../lib/wechat/openidKey';
import { Service } from 'egg';
import { AppError, type ErrorName } from '../lib/errors';
import { deriveLoginToken, tokenHash } from '../lib/crypto/token';
import { sleep } from '../lib/async/sleep';
import { WechatError } from '../lib/wechat/error';
import { toAppError } from '../lib/wechat/refusal';
import { oauthAccessToken } from '../lib/wechat/endpoints/oauth2';
import { jscode2session } from '../lib/wechat/endpoints/session';
import type { WechatApp } from '../lib/wechat/apps';
import type { LoginCodeDocument, LoginResult } from '../model/loginCode';
import { type Identified } from './user';

export interface Login {
  token: string;
  expiresAt: Date;
  openid: string;
  unionid: string | null;
  isNewUser: boolean;
}

/** Milliseconds within which calls with one code share the first one's session. */
const SHARED = 5_000;
/** How long a worker may take with a code: WeChat's time-outs and the retries. */
const LEASE = 25_000;
/** A code lives 5 minutes at WeChat; afterwards WeChat refuses it. */
const KEPT = 600_000;
const BUSY_RETRIES = 2;
/**
 * The writes of a login after WeChat's answer take milliseconds: a worker that takes longer than this may have died.
 * Within this time a worker has its code for itself; later another may have answered it, and the worker reads the
 * result.
 */
const HALF_DONE = 1_000;

const ERRCODES: Record<number, ErrorName> = { 40029: 'CODE_INVALID', 40163: 'CODE_USED', 40226: 'USER_BLOCKED' };

/** A code that this worker has claimed. */
interface Claim {
  /** The document's lease. */
  id: string;
  lease: string;
  /** When, before the claim, by the clock that does not jump. */
  since: number;
}

/**
 * Exchanges login codes. A code is claimed by its hash in a short-lived document, so that workers that race on one make
 * one call to WeChat; the token is derived from the code, so that all of them answer the same one.
 */
export default class LoginService extends Service {
  /**
   * Logs in with a code of wx.login.
   * @throws {AppError} CODE_INVALID, CODE_USED, USER_BLOCKED, NOT_FOUND, WECHAT_BUSY, WECHAT_ERROR
   */
  async withCode(code: string, appid?: string): Promise<Login> {
    const wechatApp = this.app.wechatApps.require('miniprogram', appid);
    return this.exchange(wechatApp, code, () => jscode2session(this.app.wechatClient, wechatApp, code));
  }

  /**
   * Logs in with the code of a web page opened inside WeChat.
   * @throws {AppError} CODE_INVALID, CODE_USED, USER_BLOCKED, NOT_FOUND, WECHAT_BUSY, WECHAT_ERROR; FORBIDDEN in snapshot mode
   */
  async withWebCode(code: string, appid?: string): Promise<Login> {
    const wechatApp = this.app.wechatApps.require('official', appid);
    return this.exchange(wechatApp, code, async () => {
      const { openid, unionid, snapshot } = await oauthAccessToken(this.app.wechatClient, wechatApp, code);
      if (snapshot) throw new AppError('FORBIDDEN', { key: 'snapshotPage' });
      // The scope snsapi_base does not return the unionid, but followers are known by their openid.
      return { openid, unionid: unionid ?? await this.ctx.service.follow.unionidOf(wechatApp.appid, openid) };
    });
  }

  /** One exchange for a code, for all callers on all workers; `ask` makes the upstream call. */
  async exchange(wechatApp: WechatApp, code: string, ask: () => Promise<Identified>): Promise<Login> {
    this.ctx.appid = wechatApp.appid;
    const began = Date.now();
    const id = tokenHash(JSON.stringify([wechatApp.appid, code]));
    const token = deriveLoginToken(this.app.dataKey, wechatApp.appid, code);
    let others = { lease: '', since: 0 };
    for (let wait = 10; ; wait = Math.min(wait * 2, 100)) {
      const own = { id, lease: randomUUID(), since: performance.now() };
      const found = await this.claim(id, own.lease);
      if (!found) return this.complete(own, wechatApp, token, ask);
      if (found.state === 'done' && found.result) return present(found, token, began);
      if (found.state === 'failed' && found.error) throw failure(found, began);
      if (found.lease.id !== others.lease) others = { lease: found.lease.id, since: performance.now() };
      const halfDone = found.result || performance.now() - others.since > HALF_DONE ? await this.resume(found, wechatApp, token) : undefined;
      if (halfDone) return present(halfDone, token, began);
      if (Date.now() - began > LEASE) throw new AppError('WECHAT_BUSY');
      await sleep(wait);
    }
  }

  /** @return null when this worker has claimed the code, else the document of the worker that has it */
  private async claim(id: string, lease: string): Promise<LoginCodeDocument | null> {
    const { loginCodes } = this.app.groups;
    const now = new Date();
    const claimed = {
      state: 'claimed' as const,
      lease: { id: lease, until: new Date(now.getTime() + LEASE) },
      claimedAt: now,
      expiresAt: new Date(now.getTime() + KEPT),
    };
    if (await loginCodes.insert({ _id: id, ...claimed })) return null;
    const found = await loginCodes.find(id);
    if (!found) return this.claim(id, lease);
    // The insert was done twice, because its first answer was lost.
    if (found.lease.id === lease) return null;
    const abandoned = found.state === 'claimed' && !found.result && found.lease.until <= now;
    const repeatable = found.state === 'failed' && found.error?.retryable && now.getTime() - found.claimedAt.getTime() > SHARED;
    if (!abandoned && !repeatable) return found;
    const taken = await this.ctx.model.LoginCode.updateOne(
      { _id: id, state: found.state, result: { $exists: false }, 'lease.id': found.lease.id }, { $set: claimed, $unset: { error: '' } },
    );
    return taken.modifiedCount === 1 ? null : found;
  }

  private async complete(claim: Claim, wechatApp: WechatApp, token: string, ask: () => Promise<Identified>): Promise<Login> {
    let accepted = false;
    try {
      const { openid, unionid, sessionKey } = await this.asked(wechatApp, ask);
      accepted = true;
      const { user, session } = this.ctx.service;
      const person = await user.recognize(wechatApp, { openid, unionid, sessionKey, code: claim.id });
      const [{ userId, isNewUser, raced }, sessionExpiresAt] = await Promise.all([
        user.admit(person),
        session.open(token, { userId: person.userId, appid: wechatApp.appid, openid, unionid }),
      ]);
      if (userId !== person.userId) await session.assign(token, userId);
      const own = { openid, unionid, userId, isNewUser, sessionExpiresAt };
      const result = raced || isLate(claim) ? await this.decide(claim, own) : own;
      // Queued before anybody is answered, so that no answered login goes without its event.
      await this.tell(claim.id, wechatApp, result);
      this.app.keeping.signedIn(wechatApp.appid, result.isNewUser);
      this.markDone(claim, result);
      return loginOf(result, token);
    } catch (error) {
      const told = loginError(error);
      await this.app.groups.loginCodes.update(claim.id, {
        $set: { state: 'failed', error: { code: told.code, message: told.said, data: told.data, retryable: isRepeatable(told, error) } },
      }, { where: { ...heldBy(claim), result: { $exists: false } } });
      const answered = accepted ? await this.app.groups.loginCodes.find(claim.id) : null;
      if (answered?.result) {
        await this.tell(claim.id, wechatApp, answered.result);
        return loginOf(answered.result, token);
      }
      throw error instanceof AppError || error instanceof WechatError ? told : error;
    }
  }

  /**
   * The result of a code whose worker has written the person and the session, but not the result. That worker, should
   * it go on, answers the same: the first one to write down the open points decides them.
   * @return undefined when that is not so
   */
  private async resume(claimed: LoginCodeDocument, wechatApp: WechatApp, token: string): Promise<LoginCodeDocument | undefined> {
    const claim = { id: claimed._id, lease: claimed.lease.id };
    const left = claimed.result ?? await this.leftBehind(claimed, wechatApp, token);
    if (!left) return undefined;
    const result = claimed.result ?? await this.decide(claim, left);
    await this.tell(claimed._id, wechatApp, result);
    this.markDone(claim, result);
    return { ...claimed, result };
  }

  /**
   * The result of a login by the documents that it has written; undefined when some are missing, or are of an earlier
   * login.
   */
  private async leftBehind(claimed: LoginCodeDocument, wechatApp: WechatApp, token: string): Promise<LoginResult | undefined> {
    const { sessions, openids, users } = this.app.groups;
    const session = await sessions.find(tokenHash(token));
    const person = session && await openids.find(openidKey(wechatApp.appid, session.openid));
    const user = person && await users.find(person.userId);
    if (!session || !user || (person.sessionKeyAt ?? person.lastSeenAt) < claimed.claimedAt) return undefined;
    const { openid, unionid = null } = session;
    const joined = unionid !== null && person.unionid !== unionid;
    const userId = joined ? await this.ctx.service.user.link(person._id, unionid) : person.userId;
    return { openid, unionid, userId, isNewUser: person.newBy === claimed._id && userId === person.userId, sessionExpiresAt: session.expiresAt };
  }

  /**
   * Writes down the result of a code, unless it is written.
   * @return the result for all callers with the code
   * @throws {AppError} their error, when another worker has failed with it
   */
  private async decide(claim: Pick<Claim, 'id' | 'lease'>, result: LoginResult): Promise<LoginResult> {
    const { LoginCode } = this.ctx.model;
    const { modifiedCount } = await LoginCode.updateOne({ _id: claim.id, ...heldBy(claim), result: { $exists: false } }, { $set: { result } });
    if (modifiedCount === 1) return result;
    const found = await LoginCode.findById(claim.id).lean<LoginCodeDocument>();
    // The document has been removed, perhaps with the person: nobody else gets an answer from it.
    if (!found) return result;
    if (found.result) return found.result;
    // Another worker has taken it to WeChat once more, where it is used up.
    throw found.state === 'failed' ? failure(found, Date.now()) : new AppError('CODE_USED');
  }

  /** Only for other callers with the same code: without it they find the session. */
  private markDone(claim: Pick<Claim, 'id' | 'lease'>, result: LoginResult): void {
    this.app.groups.loginCodes.update(claim.id, { $set: { state: 'done', result } }, { where: heldBy(claim) })
      .catch(error => this.logger.warn('A login was not marked as done: %s', error.message));
  }

  /** The same event however often it is queued. */
  private async tell(code: string, { appid }: WechatApp, { openid, unionid, userId, isNewUser }: LoginResult): Promise<void> {
    await this.ctx.service.webhook.emit({ type: 'user.login', cause: [code], data: { appid, openid, unionid, userId, isNewUser } });
  }

  /** Asks WeChat about a code, and notes its refusal of the app, which other processes learn. */
  private async asked(wechatApp: WechatApp, ask: () => Promise<Identified>): Promise<Identified> {
    const { refusals } = this.app;
    try {
      const identified = await this.patiently(ask);
      // In the background: a login neither waits nor fails for it.
      void refusals.served(wechatApp.appid, 'login').catch(() => undefined);
      return identified;
    } catch (error) {
      if (!(error instanceof WechatError) || !error.refusesApp) throw error;
      await refusals.note(wechatApp.appid, error, 'login');
      throw new WechatError({ ...error, appid: wechatApp.appid });
    }
  }

  /** Asks again, at most twice, when WeChat is busy (-1); not after a lost answer, because the code may be used up. */
  private async patiently(ask: () => Promise<Identified>): Promise<Identified> {
    for (let tries = 0; ; tries++) {
      try {
        return await ask();
      } catch (error) {
        const again = error instanceof WechatError && error.retryable && error.delivery !== 'unknown' && error.errcode !== 45011;
        if (!again || tries >= BUSY_RETRIES) throw error;
        await sleep(100 * 2 ** tries);
      }
    }
  }
}

/** Filter of a code that no worker has claimed or finished since. */
function heldBy({ lease }: Pick<Claim, 'lease'>) {
  return { state: 'claimed', 'lease.id': lease };
}

function isLate({ since }: Claim): boolean {
  return performance.now() - since > HALF_DONE;
}

function present(found: LoginCodeDocument, token: string, began: number): Login {
  if (!found.result || began - found.claimedAt.getTime() > SHARED) throw new AppError('CODE_USED');
  return loginOf(found.result, token);
}

function loginOf({ openid, unionid, isNewUser, sessionExpiresAt }: LoginResult, token: string): Login {
  return { token, expiresAt: sessionExpiresAt, openid, unionid, isNewUser };
}

function failure(found: LoginCodeDocument, began: number): AppError {
  const { code, message, data } = found.error ?? { code: 'INTERNAL', message: undefined, data: null };
  // A code that WeChat accepted, but that this worker could not finish, is used all the same.
  if (code === 'INTERNAL' && began - found.claimedAt.getTime() > SHARED) return new AppError('CODE_USED');
  return new AppError(code as ErrorName, message ?? undefined, { data });
}

/** Whether WeChat may take the same code later, because it has not used it up. */
function isRepeatable({ code }: AppError, error: unknown): boolean {
  return code === 'WECHAT_BUSY' || code === 'INTERNAL' || (error instanceof WechatError && error.refusesApp);
}

function loginError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (!(error instanceof WechatError)) return new AppError('INTERNAL');
  const named = error.errcode === undefined ? undefined : ERRCODES[error.errcode];
  if (named) return new AppError(named);
  return toAppError(error);
}
