import { HubError, localError } from './error';
import type { Wx, WxFailure } from './wx';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** `data` of an answer, and what the server's clock said when it answered; NaN where it did not say. */
export interface Answer {
  data: unknown;
  serverTime: number;
}

/** What a call needs to know of its surroundings. */
export interface Surroundings {
  wx: Wx;
  baseUrl: string;
  /** Milliseconds that one call may take. */
  timeout: number;
  language: string;
}

/**
 * One call to the hub.
 * @param data query of a GET or DELETE, body of the others
 * @throws {HubError} whatever goes wrong
 */
export function request({ wx, baseUrl, timeout, language }: Surroundings, method: Method, path: string, data: unknown, token?: string): Promise<Answer> {
  const asQuery = method === 'GET' || method === 'DELETE';
  return new Promise((resolve, reject) => {
    wx.request({
      url: baseUrl + path + (asQuery ? queryOf(path, data) : ''),
      method,
      data: asQuery || data === undefined ? undefined : JSON.stringify(data),
      // The answer is parsed here, so that a page of a proxy is told from an answer.
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
        const { code, data: result, message, error, requestId } = envelope;
        if (code === 1) resolve({ data: result, serverTime: serverTimeOf(answer.header) });
        else reject(new HubError(String(error), String(message), { requestId: String(requestId || ''), data: result }));
      },
      fail: failure => reject(localError(isTimeout(failure) ? 'TIMEOUT' : 'NETWORK', language, failure)),
    });
  });
}

export function isTimeout({ errMsg = '', errno }: WxFailure): boolean {
  // https://developers.weixin.qq.com/miniprogram/dev/framework/usability/PublicErrno.html
  return errno === 5 || /time ?out/i.test(errMsg);
}

/** The envelope of an answer; undefined when it is something else. */
function parse(text: unknown): Record<string, unknown> | undefined {
  let value = text;
  if (typeof text === 'string') {
    try {
      value = JSON.parse(text);
    } catch {
      return undefined;
    }
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const envelope = value as Record<string, unknown>;
  return envelope.code === 1 || (envelope.code === 0 && typeof envelope.error === 'string') ? envelope : undefined;
}

function serverTimeOf(header: Record<string, string> = {}): number {
  const name = Object.keys(header).find(key => key.toLowerCase() === 'date');
  return name === undefined ? NaN : Date.parse(header[name]);
}

function queryOf(path: string, data: unknown): string {
  const given = Object.entries(data || {}).filter(([, value]) => value !== undefined && value !== null);
  if (given.length === 0) return '';
  return (path.includes('?') ? '&' : '?') + given.map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(String(value))}`).join('&');
}
