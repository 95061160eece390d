import { HubError, localError, type LocalError } from './error';
import { isTimeout, request, type Answer, type Method, type Surroundings } from './request';
import { SessionStore, untilOf, type Session } from './session';
import type { DataOf, Follow, Me, OpenData, paths, Phone } from './types';
import type { Storage, Wx, WxFailure } from './wx';

declare const wx: Wx & Storage;

export { HubError };
export type { DataOf, Follow, LocalError, Me, Method, OpenData, Phone, Session, Storage };

export interface HubOptions {
  /** Address of the hub, such as `https://hub.example.com`; one of the mini-program's request domains. */
  baseUrl: string;
  /** AppID of the mini-program, where the hub has more than one; its default one when left out. */
  appid?: string;
  /** Storage of the session; `wx` when left out. */
  storage?: Storage;
  /** Milliseconds that one call may take. */
  timeout?: number;
}

/** The person's choice for each template. */
export interface SubscribeChoice {
  accepted: string[];
  rejected: string[];
  /** Banned by WeChat, or filtered because another template has the same title. */
  unavailable: string[];
}

/** The `event` of a `<button open-type="getPhoneNumber">`. */
export interface PhoneEvent {
  detail: { code?: string; encryptedData?: string; iv?: string; errMsg?: string; errno?: number };
}

/** The result of `wx.getUserInfo`. */
export interface UserInfoResult {
  encryptedData: string;
  iv: string;
  rawData?: string;
  signature?: string;
}

type Listener = (session: Session | null) => void;

/** A mini-program's side of the hub. Every method rejects with a HubError, and with nothing else. */
export class Hub {
  private readonly store: SessionStore;
  private listeners: Listener[] = [];
  private loggingIn: Promise<Session> | undefined;

  constructor(private readonly options: HubOptions) {
    const baseUrl = options.baseUrl.replace(/\/+$/, '');
    this.options = { ...options, baseUrl };
    this.store = new SessionStore(options.storage || wx, `weapp-hub:${baseUrl}:${options.appid || ''}`);
  }

  /**
   * Logs in: one login at a time, which concurrent callers share. A session that is still valid is replaced by a new
   * one.
   */
  login(): Promise<Session> {
    if (!this.loggingIn) {
      const done = () => { this.loggingIn = undefined; };
      this.loggingIn = this.newSession();
      this.loggingIn.then(done, done);
    }
    return this.loggingIn;
  }

  /**
   * Calls the hub as the person who uses the mini-program; logs in first when that is needed.
   * @param data query of a GET or DELETE, body of the others
   * @return `data` of the answer
   */
  call<P extends keyof paths, M extends Method>(method: M, path: P, data?: unknown): Promise<DataOf<P, M>>;
  call<T = unknown>(method: Method, path: string, data?: unknown): Promise<T>;
  async call(method: Method, path: string, data?: unknown): Promise<unknown> {
    const session = this.store.get() || await this.login();
    try {
      return (await this.request(method, path, data, session.token)).data;
    } catch (error) {
      const { error: name, message, requestId } = error as HubError;
      if (name === 'SESSION_KEY_STALE') {
        await this.renewed(session);
        throw new HubError(name, message, { requestId, needsNewData: true });
      }
      if (name !== 'UNAUTHENTICATED') throw error;
      return (await this.request(method, path, data, (await this.renewed(session)).token)).data;
    }
  }

  /** The phone number of a person who has tapped the button. @param event of `bindgetphonenumber` */
  async getPhoneNumber({ detail }: PhoneEvent): Promise<Phone> {
    const { code, encryptedData, iv, errno } = detail;
    if (code || encryptedData) return this.call('POST', '/api/phone', code ? { code } : { encryptedData, iv });
    throw this.failure(errno === 1400001 ? 'QUOTA_USED_UP' : 'DENIED', detail);
  }

  /** Stores the profile and the unionid of a result of `wx.getUserInfo`. */
  async decryptUserInfo({ encryptedData, iv, rawData, signature }: UserInfoResult): Promise<OpenData> {
    return this.call('POST', '/api/unionId', { encryptedData, iv, rawData, signature });
  }

  /** Whether the person follows the official account. */
  follow(): Promise<Follow> {
    return this.call('GET', '/api/follow');
  }

  me(): Promise<Me> {
    return this.call('GET', '/api/me');
  }

  /**
   * Asks the person for subscription messages. WeChat allows it only in the handler of a tap.
   * @param templateIds at most 5
   */
  requestSubscribe(templateIds: string[]): Promise<SubscribeChoice> {
    return new Promise((resolve, reject) => {
      wx.requestSubscribeMessage({
        tmplIds: templateIds,
        success: result => {
          const choice: SubscribeChoice = { accepted: [], rejected: [], unavailable: [] };
          // Acceptance has suffixes: acceptWithAudio, acceptWithAlert.
          for (const id of templateIds) choice[/^accept/.test(result[id]) ? 'accepted' : result[id] === 'reject' ? 'rejected' : 'unavailable'].push(id);
          resolve(choice);
        },
        fail: failure => reject(this.failure('WX_FAILED', failure)),
      });
    });
  }

  /** The payload of a QR code that the hub has made. @param scene as `onLoad(options)` gets it: `options.scene` */
  async scene<T = unknown>(scene: string): Promise<T> {
    const { payload } = await this.call<{ payload: T }>('GET', `/api/scene/${encodeURIComponent(decoded(scene))}`);
    return payload;
  }

  /** Ends the session here, and at the hub if it can be reached. */
  async logout(): Promise<void> {
    const session = this.store.get();
    this.keep(undefined);
    if (session) await this.request('POST', '/api/session/logout', {}, session.token).catch(() => undefined);
  }

  /** Calls a listener at every login (with the session) and logout (with null). @return a function that removes it */
  on(_event: 'session', listener: Listener): () => void {
    this.listeners.push(listener);
    return () => { this.listeners = this.listeners.filter(one => one !== listener); };
  }

  /** A new session in place of one that is over; or the one that a concurrent call has got meanwhile. */
  private renewed(over: Session): Promise<Session> {
    const current = this.store.get();
    return current && current.token !== over.token ? Promise.resolve(current) : this.login();
  }

  private async newSession(): Promise<Session> {
    const code = await this.code();
    const { data, serverTime } = await this.request('POST', '/api/jscode2session', { code, appid: this.options.appid });
    const { expiresAt, ...given } = data as Omit<Session, 'until'> & { expiresAt: string };
    const session = { ...given, until: untilOf(expiresAt, serverTime) };
    this.keep(session);
    return session;
  }

  private code(): Promise<string> {
    return new Promise((resolve, reject) => {
      const failed = (failure: WxFailure) => reject(this.failure(isTimeout(failure) ? 'TIMEOUT' : 'WX_FAILED', failure));
      wx.login({ timeout: this.surroundings().timeout, success: ({ code }) => (code ? resolve(code) : failed({})), fail: failed });
    });
  }

  private request(method: Method, path: string, data: unknown, token?: string): Promise<Answer> {
    return request(this.surroundings(), method, path, data, token);
  }

  private surroundings(): Surroundings {
    const { baseUrl, timeout = 10_000 } = this.options;
    return { wx, baseUrl, timeout, language: language() };
  }

  private failure(error: LocalError, data: unknown): HubError {
    return localError(error, language(), data);
  }

  private keep(session: Session | undefined): void {
    this.store.set(session);
    for (const listener of this.listeners) {
      try {
        listener(session || null);
      } catch (error) {
        // A listener's error does not make the login fail.
        setTimeout(() => { throw error; });
      }
    }
  }
}

/** @see Hub */
export function createHub(options: HubOptions): Hub {
  return new Hub(options);
}

declare function setTimeout(callback: () => void): void;

/** WeChat passes a scene on as it stands in the code: percent-encoded. */
function decoded(scene: string): string {
  try {
    return decodeURIComponent(scene);
  } catch {
    return scene;
  }
}

/** The language of the person's WeChat. */
function language(): string {
  try {
    const info = wx.getAppBaseInfo ? wx.getAppBaseInfo() : wx.getSystemInfoSync ? wx.getSystemInfoSync() : {};
    return (info.language || 'zh_CN').replace('_', '-');
  } catch {
    return 'zh-CN';
  }
}
