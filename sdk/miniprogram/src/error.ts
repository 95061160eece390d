/** Errors that arise in the mini-program itself, beside those that the server names. */
export type LocalError = 'NETWORK' | 'TIMEOUT' | 'BAD_ANSWER' | 'DENIED' | 'QUOTA_USED_UP' | 'WX_FAILED';

/** Every failure of this package. `message` is a sentence that a person can be shown. */
export class HubError extends Error {
  /** The server's name for it, such as `INVALID_ARGUMENT`, or a `LocalError`. */
  readonly error: string;
  /** What to look for in the server's log; empty when the server was not reached. */
  readonly requestId: string;
  /** Of `WECHAT_ERROR`: `{errcode, errmsg}`. */
  readonly data: unknown;
  /**
   * True when what the person gave can never be read any more, because it was made for a session that is over. This package
   * has logged in again; ask the person to tap once more.
   */
  readonly needsNewData: boolean;

  constructor(error: string, message: string, more: { requestId?: string; data?: unknown; needsNewData?: boolean } = {}) {
    super(message);
    // Where classes are compiled to functions, `instanceof` would not hold.
    Object.setPrototypeOf(this, HubError.prototype);
    this.name = 'HubError';
    this.error = error;
    this.requestId = more.requestId || '';
    this.data = more.data === undefined ? null : more.data;
    this.needsNewData = more.needsNewData === true;
  }
}

const ENGLISH: Record<LocalError, string> = {
  NETWORK: 'The server cannot be reached: check the network and try again.',
  TIMEOUT: 'The server took too long to answer: try again.',
  BAD_ANSWER: 'The server gave an answer that is not its own: try again later.',
  DENIED: 'You have not allowed it.',
  QUOTA_USED_UP: 'The mini-program cannot ask for phone numbers at the moment.',
  WX_FAILED: 'WeChat could not do it: try again.',
};
const CHINESE: Record<LocalError, string> = {
  NETWORK: '无法连接服务器，请检查网络后重试。',
  TIMEOUT: '服务器响应超时，请重试。',
  BAD_ANSWER: '服务器返回异常，请稍后重试。',
  DENIED: '你没有授权。',
  QUOTA_USED_UP: '小程序暂时无法获取手机号。',
  WX_FAILED: '微信未能完成操作，请重试。',
};

/** An error of the mini-program itself, in the language of the person. */
export function localError(error: LocalError, language: string, data?: unknown): HubError {
  return new HubError(error, (/^en/i.test(language) ? ENGLISH : CHINESE)[error], { data });
}
