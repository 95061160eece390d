import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import request = require('request-promise');
import { parseWechatJson } from './json';
import { WechatError, errcodeError, type Delivery } from './error';

export interface WechatClientOptions {
  /** Base URL without a slash at its end. */
  base: string;
  /** Milliseconds for a whole call, 8000 by default. */
  timeout?: number;
  /** Told of each call's path, duration in seconds and end (`ok`, or the error's label). */
  observe?: (path: string, seconds: number, outcome: string) => void;
}

export interface WechatCall {
  query?: Record<string, string | number | undefined>;
  json?: unknown;
  form?: Record<string, { value: Buffer; options: { filename: string; contentType: string } }>;
}

/** An answer of WeChat: a JSON object. */
export type WechatAnswer = Record<string, unknown>;

const MAX_ANSWER_BYTES = 4 << 20;

/** Failures that happen before a byte of the request has left. */
const NOT_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL', 'EMFILE', 'CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'ERR_TLS_CERT_ALTNAME_INVALID']);

/** Everything that knows HTTP to WeChat and Tencent IM: one keep-alive agent, one time-out, typed errors. */
export class WechatClient {
  private readonly agent: HttpAgent;
  private readonly timeout: number;

  constructor(private readonly options: WechatClientOptions) {
    // Idle connections are dropped before WeChat's gateway drops them: a call on a dead one would be `unknown`.
    const agentOptions = { keepAlive: true, maxSockets: 128, maxFreeSockets: 32, timeout: 4000 };
    this.agent = options.base.startsWith('https:') ? new HttpsAgent(agentOptions) : new HttpAgent(agentOptions);
    this.timeout = options.timeout ?? 8000;
  }

  /** @throws {WechatError} */
  get(path: string, query: WechatCall['query']): Promise<WechatAnswer> {
    return this.call('GET', path, { query });
  }

  /** @throws {WechatError} */
  post(path: string, call: WechatCall): Promise<WechatAnswer> {
    return this.call('POST', path, call);
  }

  close(): void {
    this.agent.destroy();
  }

  private async call(method: string, path: string, call: WechatCall): Promise<WechatAnswer> {
    const start = process.hrtime.bigint();
    let outcome = 'ok';
    try {
      const { status, body } = await this.exchange(method, path, call);
      return readAnswer(path, status, body);
    } catch (error) {
      const wrapped = error instanceof WechatError ? error : transportError(path, error);
      outcome = wrapped.label;
      throw wrapped;
    } finally {
      this.options.observe?.(path, Number(process.hrtime.bigint() - start) / 1e9, outcome);
    }
  }

  private async exchange(method: string, path: string, call: WechatCall): Promise<{ status: number; body: string }> {
    const sent = request({
      method,
      uri: `${this.options.base}${path}`,
      qs: call.query,
      // Sent as text: WeChat takes the body's characters as they are and shows \u escapes to the user.
      body: call.json === undefined ? undefined : JSON.stringify(call.json),
      formData: call.form,
      headers: call.json === undefined ? undefined : { 'content-type': 'application/json; charset=utf-8' },
      agent: this.agent,
      timeout: this.timeout,
      encoding: null,
      gzip: true,
      simple: false,
      followRedirect: false,
      resolveWithFullResponse: true,
    });
    // `timeout` above bounds silence; a trickle of bytes, and an endless answer, are bounded here.
    let late = false;
    let size = 0;
    const timer = setTimeout(() => { late = true; sent.abort(); }, this.timeout + 500);
    sent.on('data', (chunk: Buffer | string) => {
      size += chunk.length;
      if (size > MAX_ANSWER_BYTES) sent.abort();
    });
    const aborted = new Promise<never>((_resolve, reject) => {
      sent.on('abort', () => reject(Object.assign(new Error(late ? 'timed out' : 'the answer is too long'), { code: late ? 'ETIMEDOUT' : 'TOOLONG' })));
    });
    try {
      const response = await Promise.race([sent, aborted]);
      return { status: response.statusCode, body: (response.body as Buffer).toString('utf8') };
    } finally {
      clearTimeout(timer);
      aborted.catch(() => undefined);
    }
  }
}

/** request-promise's errors carry the URL with its access_token: only their code is kept. */
function transportError(path: string, error: unknown): WechatError {
  const { code, connect, cause } = error as { code?: string; connect?: boolean; cause?: { code?: string; connect?: boolean } };
  const name = code ?? cause?.code ?? 'failed';
  const notSent = NOT_SENT.has(name) || ((name === 'ETIMEDOUT' || name === 'ESOCKETTIMEDOUT') && (connect ?? cause?.connect) === true);
  const delivery: Delivery = notSent ? 'not-sent' : 'unknown';
  return new WechatError({ path, errmsg: `the connection to WeChat failed (${name})`, retryable: true, delivery });
}

function readAnswer(path: string, status: number, body: string): WechatAnswer {
  if (status < 200 || status > 299) {
    throw new WechatError({ path, errmsg: `HTTP status ${status}`, retryable: status >= 500 || status === 429, delivery: 'answered' });
  }
  let answer: unknown;
  try {
    answer = parseWechatJson(body);
  } catch {
    answer = undefined;
  }
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) throw notJson(path, body);
  const { errcode, errmsg } = answer as WechatAnswer;
  if (errcode !== undefined && Number(errcode) !== 0) throw errcodeError(path, Number(errcode), errmsg);
  return answer as WechatAnswer;
}

/**
 * A page of a gateway on the way never reached WeChat. A JSON answer that breaks off came from WeChat itself:
 * what it was about may have happened.
 */
function notJson(path: string, body: string): WechatError {
  const cutShort = /^\s*\{/.test(body) || body.trim() === '';
  return new WechatError({ path, errmsg: 'the answer is not JSON', retryable: true, delivery: cutShort ? 'unknown' : 'answered' });
}
