import { UpstreamError, type Delivery } from '../http/upstreamError';

export type { Delivery };

const TOKEN_REFUSED = new Set([40001, 40014, 42001]);

/** The AppSecret is wrong or frozen, or the caller's address not on the whitelist, not approved, or turned down. */
const APP_REFUSED = new Set([40125, 40164, 40243, 89501, 89503, 89506, 89507]);
/**
 * Calls that send the AppID and the AppSecret. In other calls these codes concern a token, or an argument of the call.
 */
const WITH_SECRET = new Set(['/cgi-bin/stable_token', '/sns/jscode2session', '/sns/oauth2/access_token']);
const SECRET_REFUSED = new Set([40001, 40013]);

/** A call to WeChat that failed. Never holds a secret: the path comes without its query. */
export class WechatError extends UpstreamError {
  readonly path: string;
  /** The app that made the call, where that is known. */
  readonly appid?: string;

  constructor(options: { path: string; appid?: string; errcode?: number; errmsg: string; retryable: boolean; delivery: Delivery }) {
    super(`${options.path}: ${options.errcode === undefined ? '' : `${options.errcode} `}${options.errmsg}`, options);
    this.name = 'WechatError';
    this.path = options.path;
    if (options.appid !== undefined) this.appid = options.appid;
  }

  /** Whether WeChat refused the access_token of the call rather than the call. */
  get tokenRefused(): boolean {
    return this.errcode !== undefined && TOKEN_REFUSED.has(this.errcode);
  }

  /** WeChat's id of the call, at the end of its errmsg, by which it shows more of the call. */
  get rid(): string | undefined {
    return ridOf(this.errmsg);
  }

  /**
   * Whether WeChat refuses the app itself: none of its calls will succeed until a person mends the cause.
   * @see https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-access-token/getStableAccessToken.html
   */
  get refusesApp(): boolean {
    if (this.errcode === undefined) return false;
    return APP_REFUSED.has(this.errcode) || (SECRET_REFUSED.has(this.errcode) && WITH_SECRET.has(this.path));
  }
}

/** The `rid` of an errmsg, such as `61725984-6126f6f9-040f19c4`. */
export function ridOf(errmsg: string): string | undefined {
  return /\brid: ?([0-9a-f][0-9a-f-]{7,63})/i.exec(errmsg)?.[1];
}

/**
 * Temporary errors: busy (-1), called too often (45011), another message to the person under way (43108), too many
 * template messages to them (43117), or the same one within 60 s (40241).
 */
const RETRYABLE = new Set([-1, 45011, 43108, 43117, 40241]);

/** The error of an answer with an errcode other than 0. */
export function errcodeError(path: string, errcode: number, errmsg: unknown): WechatError {
  // WeChat appends request ids and hints (`rid: …`); the text is bounded, because it is logged and answered.
  const text = (typeof errmsg === 'string' ? errmsg : '').slice(0, 300);
  return new WechatError({ path, errcode, errmsg: text, retryable: RETRYABLE.has(errcode), delivery: 'answered' });
}
