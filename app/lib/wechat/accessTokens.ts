import { randomUUID } from 'node:crypto';
import { fieldAad } from '../crypto/encryptedFields';
import { SingleFlight } from '../async/singleFlight';
import { sleep } from '../async/sleep';
import { isDuplicateKey } from '../mongo/errors';
import { WechatError } from './error';
import { STABLE_TOKEN, stableToken } from './endpoints/token';
import type { FieldCipher } from '../crypto/fieldCipher';
import type { WechatClient } from './client';
import type { WechatApp } from './apps';
import { refusalError, type AppRefusals, type Refusal, type Refused } from './refusals';

/** A document of `accessTokens`. */
export interface AccessTokenDocument {
  _id: string;
  token?: { cipher: string };
  expiresAt?: Date;
  fetchedAt?: Date;
  version: number;
  lease?: { id: string; until: Date };
  /** When a refresh was last forced, and how often on that day: WeChat allows 20 a day, at least 30 s apart. */
  forced?: { at: Date; count: number };
  /** WeChat's refusal of the app: see refusals.ts. */
  refused?: Refused;
}

/** The methods that are needed of the collection; the driver's own fits. */
export interface AccessTokenStore {
  findOne(filter: object): Promise<AccessTokenDocument | null>;
  findOneAndUpdate(filter: object, update: object, options: object): Promise<AccessTokenDocument | null>;
  updateOne(filter: object, update: object): Promise<{ modifiedCount: number }>;
}

export interface AccessToken {
  accessToken: string;
  expiresAt: Date;
  fetchedAt: Date;
}

interface Options {
  store: () => AccessTokenStore;
  client: WechatClient;
  cipher: FieldCipher;
  refusals: AppRefusals;
  onRefresh?: (appid: string) => void;
}

const LEASE = 10_000;
const REFRESH_AHEAD = 300_000;
/**
 * A younger token, in milliseconds, is not renewed, however soon it expires: WeChat has just said that there is no
 * better one.
 */
const FRESH = 30_000;
const FORCE_EVERY = 30_000;
const FORCES_A_DAY = 10;
const DAY = 86_400_000;
const WAIT = 9_000;
/**
 * Milliseconds before a failed renewal of a valid token is tried again, or any call for a token of an app that WeChat
 * refuses.
 */
const TRY_AGAIN = 10_000;

/**
 * The one access_token per app that all processes share: memory, then `accessTokens`, then WeChat's stable_token. One
 * refresh at a time per process (single flight) and across processes (a lease in the document, which every write
 * names).
 * @see https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-access-token/getStableAccessToken.html
 */
export class AccessTokens {
  private readonly memory = new Map<string, AccessToken>();
  /** By app: the error with which WeChat last gave no token. */
  private readonly refusals = new Map<string, WechatError>();
  private readonly flights = new SingleFlight<AccessToken>();
  /** By app: the time on the monotonic clock before which no renewal begins in the background. */
  private readonly pauses = new Map<string, number>();

  constructor(private readonly options: Options) {}

  /**
   * This process's knowledge of an app's token: until when it is valid, and the error with which WeChat last gave none.
   */
  known(appid: string): { expiresAt?: Date; refused?: WechatError } {
    return { expiresAt: this.memory.get(appid)?.expiresAt, refused: this.refusals.get(appid) };
  }

  /**
   * A token that is valid now. In its last 300 s it is renewed in the background.
   * @throws {WechatError} when WeChat gives none; the driver's errors when the database is away
   */
  async get(app: WechatApp): Promise<AccessToken> {
    const held = this.memory.get(app.appid);
    if (held && lasts(held)) return held;
    const living = held && held.expiresAt.getTime() > Date.now() ? held : undefined;
    if (living && performance.now() < (this.pauses.get(app.appid) ?? 0)) return living;
    const renewal = this.flights.run(app.appid, () => this.renew(app));
    if (!living) return renewal;
    renewal.catch(() => this.pauses.set(app.appid, performance.now() + TRY_AGAIN));
    return living;
  }

  /**
   * Calls WeChat with the app's token. A token that WeChat refuses is replaced, and the call repeated once.
   * @throws {WechatError} of the call; retryable when WeChat refuses the new token too
   */
  async with<T>(app: WechatApp, call: (accessToken: string) => Promise<T>): Promise<T> {
    const { accessToken } = await this.get(app);
    try {
      return await call(accessToken);
    } catch (error) {
      if (!(error instanceof WechatError) || !error.tokenRefused) throw await this.noted(app, error);
      const { accessToken: next } = await this.replace(app, accessToken).catch(cause => {
        throw cause instanceof WechatError ? new WechatError({ ...cause, retryable: !cause.refusesApp, delivery: 'not-sent' }) : cause;
      });
      return call(next).catch(async cause => {
        throw cause instanceof WechatError && cause.tokenRefused ? new WechatError({ ...cause, retryable: true }) : await this.noted(app, cause);
      });
    }
  }

  /** All processes can see WeChat's refusal of the app before the error is thrown. */
  private async noted(app: WechatApp, error: unknown): Promise<unknown> {
    if (!(error instanceof WechatError) || !error.refusesApp) return error;
    await this.options.refusals.note(app.appid, error);
    return new WechatError({ ...error, appid: app.appid });
  }

  /** The token after one that WeChat refused: the stored one when it differs, else a new one. */
  private replace(app: WechatApp, refused: string): Promise<AccessToken> {
    const held = this.memory.get(app.appid);
    if (held && held.accessToken !== refused) return Promise.resolve(held);
    return this.flights.run(`${app.appid}:${refused}`, () => this.renew(app, refused));
  }

  private async renew(app: WechatApp, refused?: string): Promise<AccessToken> {
    const deadline = Date.now() + WAIT;
    for (let wait = 20; ; wait = Math.min(wait * 2, 200)) {
      const stored = await this.options.store().findOne({ _id: app.appid });
      const usable = this.usable(stored, refused);
      if (usable) return this.remember(app, usable);
      const refusal = justRefused(stored);
      if (refusal) throw refusalError(app.appid, refusal);
      const lease = randomUUID();
      const leased = await this.acquire(app.appid, lease);
      if (leased) return this.refresh(app, leased, lease, refused);
      if (Date.now() > deadline) throw fetchedElsewhere();
      await sleep(wait);
    }
  }

  /** The document as it was when the lease was taken; null when another process holds it. */
  private async acquire(appid: string, lease: string): Promise<AccessTokenDocument | null> {
    const now = new Date();
    try {
      return await this.options.store().findOneAndUpdate(
        { _id: appid, $or: [{ lease: { $exists: false } }, { 'lease.until': { $lte: now } }] },
        { $set: { lease: { id: lease, until: new Date(now.getTime() + LEASE) } }, $setOnInsert: { version: 0 } },
        { upsert: true, returnDocument: 'after' },
      );
    } catch (error) {
      if (isDuplicateKey(error)) return null;
      throw error;
    }
  }

  private async refresh(app: WechatApp, leased: AccessTokenDocument, lease: string, refused?: string): Promise<AccessToken> {
    const mine = { _id: app.appid, 'lease.id': lease };
    try {
      const stored = this.usable(leased, refused);
      if (stored) return this.remember(app, stored);
      const token = await this.fetch(app, leased, mine, refused).catch(async error => { throw await this.noted(app, error); });
      await this.options.store().updateOne(mine, {
        $set: {
          token: { cipher: this.options.cipher.encrypt(token.accessToken, aad(app.appid)) },
          expiresAt: token.expiresAt,
          fetchedAt: token.fetchedAt,
        },
        $inc: { version: 1 },
      });
      // The messages that wait for it are released besides.
      if (leased.refused?.calls) await this.options.refusals.mended(app.appid).catch(() => undefined);
      return this.remember(app, token);
    } finally {
      await this.options.store().updateOne(mine, { $unset: { lease: '' } });
    }
  }

  /** Asks in normal mode; forces a new token only when WeChat answers with the one that it refused. */
  private async fetch(app: WechatApp, document: AccessTokenDocument, mine: object, refused?: string): Promise<AccessToken> {
    this.options.onRefresh?.(app.appid);
    const token = await stableToken(this.options.client, app).catch(error => {
      if (error instanceof WechatError) this.refusals.set(app.appid, error);
      throw error;
    });
    if (token.accessToken !== refused) return token;
    const now = Date.now();
    const ago = now - (document.forced?.at.getTime() ?? -Infinity);
    const today = ago < DAY ? document.forced?.count ?? 0 : 0;
    // A negative age: the clock has been set back since.
    if ((ago >= 0 && ago < FORCE_EVERY) || today >= FORCES_A_DAY) return token;
    // Counted before the call, because a failed one counts too.
    const { modifiedCount } = await this.options.store().updateOne(mine, { $set: { forced: { at: new Date(now), count: today + 1 } } });
    if (modifiedCount === 0) throw fetchedElsewhere();
    this.options.onRefresh?.(app.appid);
    return stableToken(this.options.client, app, true);
  }

  /** The stored token unless it was refused, is due for renewal, or cannot be read. */
  private usable(document: AccessTokenDocument | null, refused?: string): AccessToken | null {
    if (!document?.token || !document.expiresAt || !document.fetchedAt) return null;
    const { expiresAt, fetchedAt } = document;
    if (!lasts({ expiresAt, fetchedAt })) return null;
    const accessToken = this.options.cipher.read(document.token.cipher, aad(document._id));
    return accessToken === null || accessToken === refused ? null : { accessToken, expiresAt, fetchedAt };
  }

  private remember(app: WechatApp, token: AccessToken): AccessToken {
    this.memory.set(app.appid, token);
    this.refusals.delete(app.appid);
    return token;
  }
}

/** The refusal of an app's calls, if WeChat has answered so for a token within the last moments. */
function justRefused(document: AccessTokenDocument | null): Refusal | undefined {
  const refusal = document?.refused?.calls;
  const ago = refusal?.path === STABLE_TOKEN ? Date.now() - refusal.at.getTime() : Infinity;
  return ago >= 0 && ago < TRY_AGAIN ? refusal : undefined;
}

function fetchedElsewhere(): WechatError {
  return new WechatError({ path: STABLE_TOKEN, errmsg: 'another process is fetching the token', retryable: true, delivery: 'not-sent' });
}

function lasts({ expiresAt, fetchedAt }: Pick<AccessToken, 'expiresAt' | 'fetchedAt'>): boolean {
  const left = expiresAt.getTime() - Date.now();
  const age = Date.now() - fetchedAt.getTime();
  return left > REFRESH_AHEAD || (left > 0 && age >= 0 && age < FRESH);
}

function aad(appid: string): string {
  return fieldAad('accessTokens.token', appid);
}
