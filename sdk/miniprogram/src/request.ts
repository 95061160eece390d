import { HubError, localError } from './error';
import type { Wx, WxFailure } from './wx';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** `data` of an answer, and the server's time when it answered; NaN when it did not say. */
export interface Answer {
  data: unknown;
  serverTime: number;
}

/** The surroundings of a call. */
export interface Surroundings {
  wx: Wx;
  baseUrl: string;
  /** Milliseconds that one call may take. */
  timeout: number;
  language: string;
}

/**
 * Makes one call to the hub.
 * @param data query of a GET or DELETE, body of the others
 * @throws {HubError} for every failure
 */
export function request({ wx, baseUrl, timeout, language }: Surroundings, method: Method, path: string, data: unknown, token?: string): Promise<Answer> {
  const asQuery = method === 'GET' || method === 'DELETE';
  return new Promise((resolve, reject) => {
    wx.request({
      url: baseUrl + path + (asQuery ? queryOf(path, data) : ''),
      method,
      data: asQuery ? undefined : JSON.stringify(data === undefined ? {} : data),
      // The answer is parsed here, so that a proxy's error page is recognised.
      dataType: 'text',
      timeout,
      header: {
        'accept-language': language,
        ...(asQuery ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      success: answer => {
        const envelope = parse(answer.data);
        if (!envelope) return reject(localError('BAD_ANSWER', language, { statusCode: answer.statusCode }));
        const { data: result, message, error, requestId } = envelope;
        const { Date: date, date: sameDate = date } = answer.header || {};
        if (error) reject(new HubError(error, message, { requestId, data: result }));
        else resolve({ data: result, serverTime: Date.parse(sameDate) });
      },
      fail: failure => reject(localError(isTimeout(failure) ? 'TIMEOUT' : 'NETWORK', language, failure)),
    });
  });
}

export function isTimeout({ errMsg = '', errno }: WxFailure): boolean {
  // https://developers.weixin.qq.com/miniprogram/dev/framework/usability/PublicErrno.html
  return errno === 5 || /time ?out/i.test(errMsg);
}

interface Envelope {
  code: 0 | 1;
  data: unknown;
  message: string;
  error?: string;
  requestId: string;
}

/** The envelope of an answer; undefined when it is something else. */
function parse(text: unknown): Envelope | undefined {
  try {
    const envelope = JSON.parse(text as string) as Envelope;
    return envelope.code === 1 || envelope.error ? envelope : undefined;
  } catch {
    return undefined;
  }
}

function queryOf(path: string, data: unknown): string {
  const given = Object.entries(data || {}).filter(([, value]) => value !== undefined && value !== null);
  return given.map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(String(value))}`)
    .map((pair, index) => (index > 0 || path.includes('?') ? '&' : '?') + pair).join('');
}
