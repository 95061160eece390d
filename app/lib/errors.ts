import { render, type Said } from './language/message';
import type { Language } from './language/texts';

interface ErrorRow {
  /** HTTP status for the console's API; `/api/**` answers 200 and names the error in its body. */
  status: number;
  /** The default sentence, in English. */
  message: string;
  /** The same in Chinese. */
  zh: string;
}

/** Every error a caller of the HTTP interface can meet, under its stable name. */
export const ERRORS = {
  INVALID_ARGUMENT: {
    status: 400,
    message: 'The request is not valid: correct its parameters and send it again.',
    zh: '请求参数不正确，请修改后重新发送。',
  },
  UNAUTHENTICATED: {
    status: 401,
    message: 'The login is missing or has expired: log in again.',
    zh: '未登录或登录已过期，请重新登录。',
  },
  FORBIDDEN: {
    status: 403,
    message: 'This is not allowed for the account that asks.',
    zh: '当前账号无权执行此操作。',
  },
  NOT_FOUND: {
    status: 404,
    message: 'There is nothing here: check the address and the ids in it.',
    zh: '没有找到对应的内容，请检查请求地址和其中的 id。',
  },
  RATE_LIMITED: {
    status: 429,
    message: 'Too many requests: wait a minute and try again.',
    zh: '请求过于频繁，请一分钟后再试。',
  },
  CODE_INVALID: {
    status: 400,
    message: 'WeChat does not accept this code: call wx.login again and send the new code.',
    zh: 'code 无效：请重新调用 wx.login，并使用新的 code。',
  },
  CODE_USED: {
    status: 409,
    message: 'This code has been used already: call wx.login again and send the new code.',
    zh: 'code 已被使用：请重新调用 wx.login，并使用新的 code。',
  },
  USER_BLOCKED: {
    status: 403,
    message: 'WeChat has blocked this user as high-risk: the login cannot succeed.',
    zh: '该用户被微信判定为高风险用户，无法登录。',
  },
  SESSION_KEY_STALE: {
    status: 409,
    message: 'The data cannot be decrypted with the session at hand: log in again, then ask the person for new data, since this can never be read.',
    zh: '无法用当前的 session_key 解密：请先重新登录，再请用户重新授权获取新数据，旧数据无法解密。',
  },
  WATERMARK_MISMATCH: {
    status: 400,
    message: 'The data was issued to another appid: send data of this mini-program.',
    zh: '这份数据属于其他 appid，请使用当前小程序的数据。',
  },
  WECHAT_BUSY: {
    status: 503,
    message: 'WeChat is busy or did not answer in time: try again in a moment.',
    zh: '微信繁忙或未及时响应，请稍后重试。',
  },
  NO_GRANT: {
    status: 409,
    message: 'No subscription of this user is left for the template: ask for one with wx.requestSubscribeMessage.',
    zh: '该用户对此模板没有可用的订阅次数，请先调用 wx.requestSubscribeMessage 请用户订阅。',
  },
  CONFLICT: {
    status: 409,
    message: 'This idempotencyKey was used for another message: use a new one for each message.',
    zh: '该 idempotencyKey 已用于另一条消息：每条消息请使用新的值。',
  },
  WECHAT_ERROR: {
    status: 502,
    message: 'WeChat refused the call: see errcode and errmsg.',
    zh: '微信拒绝了这次调用，详见 errcode 和 errmsg。',
  },
  UNAVAILABLE: {
    status: 503,
    message: 'The database cannot be reached at the moment: try again shortly.',
    zh: '数据库暂时不可用，请稍后重试。',
  },
  INTERNAL: {
    status: 500,
    message: 'Something went wrong on the server: report the requestId.',
    zh: '服务器内部错误，请反馈 requestId。',
  },
} as const satisfies Record<string, ErrorRow>;

export type ErrorName = keyof typeof ERRORS;

/**
 * A failure that the caller may be told about.
 * @param code one of the names of `ERRORS`
 * @param said what a person can act on, without secrets: of lib/language/texts.ts with its parameters, or a text that
 *   has no translation; by default the sentence of the code
 * @param options `cause` for the log; `data` for the answer (`{errcode, errmsg}` of a WECHAT_ERROR)
 */
export class AppError extends Error {
  readonly data: unknown;

  constructor(readonly code: ErrorName, readonly said?: Said, options: { cause?: unknown; data?: unknown } = {}) {
    super(said === undefined ? ERRORS[code].message : render(said, 'en'), 'cause' in options ? { cause: options.cause } : undefined);
    this.name = 'AppError';
    this.data = options.data ?? null;
  }

  /** The HTTP status for interfaces that use statuses. */
  get status(): number {
    return ERRORS[this.code].status;
  }

  /** The sentence for a caller; `message` is the same in English, for the log. */
  messageIn(language: Language): string {
    if (language === 'en') return this.message;
    return this.said === undefined ? ERRORS[this.code].zh : render(this.said, language);
  }
}
