/** The used part of `wx`: https://developers.weixin.qq.com/miniprogram/dev/api/ */
export interface Wx {
  login(options: { timeout?: number; success(result: { code: string }): void; fail(error: WxFailure): void }): void;
  request(options: {
    url: string;
    method: string;
    header: Record<string, string>;
    data?: unknown;
    timeout?: number;
    dataType?: string;
    success(result: { statusCode: number; data: unknown; header?: Record<string, string> }): void;
    fail(error: WxFailure): void;
  }): unknown;
  requestSubscribeMessage(options: { tmplIds: string[]; success(result: Record<string, string>): void; fail(error: WxFailure): void }): void;
  getAppBaseInfo?(): { language?: string };
  getSystemInfoSync?(): { language?: string };
}

export interface WxFailure {
  errMsg?: string;
  errno?: number;
  errCode?: number;
}

/** Storage of the session: `wx` itself, or an equivalent. */
export interface Storage {
  getStorageSync(key: string): unknown;
  setStorageSync(key: string, value: unknown): void;
  removeStorageSync(key: string): void;
}
