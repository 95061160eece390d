/**
 * Every error a caller of the HTTP interface can meet, under its stable name.
 * `status` is the HTTP status of the console interface (`/api/**` answers 200 and
 * names the error in its body); `message` is the sentence shown unless a better
 * one is known.
 */
export const ERRORS = {
  INVALID_ARGUMENT: { status: 400, message: 'The request is not valid: correct its parameters and send it again.' },
  UNAUTHENTICATED: { status: 401, message: 'The login is missing or has expired: log in again.' },
  FORBIDDEN: { status: 403, message: 'This is not allowed for the account that asks.' },
  NOT_FOUND: { status: 404, message: 'There is nothing here: check the address and the ids in it.' },
  RATE_LIMITED: { status: 429, message: 'Too many requests: wait a minute and try again.' },
  CODE_INVALID: { status: 400, message: 'WeChat does not accept this code: call wx.login again and send the new code.' },
  CODE_USED: { status: 409, message: 'This code has been used already: call wx.login again and send the new code.' },
  USER_BLOCKED: { status: 403, message: 'WeChat has blocked this user as high-risk: the login cannot succeed.' },
  SESSION_KEY_STALE: { status: 409, message: 'The data cannot be decrypted with the session at hand: log in again, then ask the person for new data, since this can never be read.' },
  WATERMARK_MISMATCH: { status: 400, message: 'The data was issued to another appid: send data of this mini-program.' },
  WECHAT_BUSY: { status: 503, message: 'WeChat is busy or did not answer in time: try again in a moment.' },
  NO_GRANT: { status: 409, message: 'No subscription of this user is left for the template: ask for one with wx.requestSubscribeMessage.' },
  CONFLICT: { status: 409, message: 'This idempotencyKey was used for another message: use a new one for each message.' },
  WECHAT_ERROR: { status: 502, message: 'WeChat refused the call: see errcode and errmsg.' },
  UNAVAILABLE: { status: 503, message: 'The database cannot be reached at the moment: try again shortly.' },
  INTERNAL: { status: 500, message: 'Something went wrong on the server: report the requestId.' },
} as const;

export type ErrorName = keyof typeof ERRORS;

/**
 * A failure that the caller may be told about.
 *
 * @param code one of the names of `ERRORS`
 * @param message one sentence a person can act on, without secrets; `ERRORS[code].message` by default
 * @param options `cause` for the log; `data` for the answer (`{errcode, errmsg}` of a WECHAT_ERROR)
 */
export class AppError extends Error {
  readonly data: unknown;

  constructor(readonly code: ErrorName, message?: string, options: { cause?: unknown; data?: unknown } = {}) {
    super(message ?? ERRORS[code].message, 'cause' in options ? { cause: options.cause } : undefined);
    this.name = 'AppError';
    this.data = options.data ?? null;
  }

  /** HTTP status for interfaces that speak in statuses. */
  get status(): number {
    return ERRORS[this.code].status;
  }
}
