/** Errors that arise in the mini-program itself, beside those that the server names. */
export type LocalError = 'NETWORK' | 'TIMEOUT' | 'BAD_ANSWER' | 'DENIED' | 'QUOTA_USED_UP' | 'WX_FAILED';

/** Every failure of this package. `message` is a sentence for the person. */
export class HubError extends Error {
  /** The server's name for it, such as `INVALID_ARGUMENT`, or a `LocalError`. */
  readonly error: string;
  /** The id to look for in the server's log; empty when the server was not reached. */
  readonly requestId = '';
  /** Of `WECHAT_ERROR`: `{errcode, errmsg}`. */
  readonly data: unknown = null;
  /**
   * True when the person's data can never be decrypted any more, because it was made in a session that is over. This
   * package has logged in again; ask the person to tap once more.
   */
  readonly needsNewData = false;

  constructor(error: string, message: string, more: { requestId?: string; data?: unknown; needsNewData?: boolean }) {
    super(message);
    // `instanceof` would fail where classes are compiled to functions.
    Object.setPrototypeOf(this, HubError.prototype);
    this.name = 'HubError';
    this.error = error;
    Object.assign(this, more);
  }
}

/** English, Chinese. */
const TEXTS: Record<LocalError, [string, string]> = {
  NETWORK: ['The server cannot be reached: check the network.', '无法连接服务器，请检查网络。'],
  TIMEOUT: ['The server took too long: try again.', '服务器响应超时，请重试。'],
  BAD_ANSWER: ['The server is not well: try again later.', '服务器异常，请稍后重试。'],
  DENIED: ['You have not allowed it.', '你没有授权。'],
  QUOTA_USED_UP: ['No number can be asked for now.', '暂时无法获取。'],
  WX_FAILED: ['WeChat failed: try again.', '微信操作失败，请重试。'],
};

/** An error of the mini-program itself, in the person's language. */
export function localError(error: LocalError, language: string, data: unknown): HubError {
  return new HubError(error, TEXTS[error][/^en/.test(language) ? 0 : 1], { data });
}
