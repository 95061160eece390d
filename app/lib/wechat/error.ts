import { UpstreamError, type Delivery } from '../upstreamError';

export type { Delivery };

const TOKEN_REFUSED = new Set([40001, 40014, 42001]);

/** A call to WeChat that failed. Never holds a secret: the path comes without its query. */
export class WechatError extends UpstreamError {
  readonly path: string;

  constructor(options: { path: string; errcode?: number; errmsg: string; retryable: boolean; delivery: Delivery }) {
    super(`${options.path}: ${options.errcode === undefined ? '' : `${options.errcode} `}${options.errmsg}`, options);
    this.name = 'WechatError';
    this.path = options.path;
  }

  /** Whether WeChat refused the access_token of the call rather than the call. */
  get tokenRefused(): boolean {
    return this.errcode !== undefined && TOKEN_REFUSED.has(this.errcode);
  }
}

/** Busy (-1), called too often (45011), another message to the person under way (43108): those that WeChat asks to retry. */
const RETRYABLE = new Set([-1, 45011, 43108]);

/** The error of an answer with an errcode other than 0. */
export function errcodeError(path: string, errcode: number, errmsg: unknown): WechatError {
  // WeChat appends request ids and hints (`rid: …`); bounded, as it ends in logs and answers.
  const text = (typeof errmsg === 'string' ? errmsg : '').slice(0, 300);
  return new WechatError({ path, errcode, errmsg: text, retryable: RETRYABLE.has(errcode), delivery: 'answered' });
}
