import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Socket } from 'node:net';
import request = require('request-promise');
import type { Deadline } from '../async/deadline';
import { imageOf, type WechatImage } from './image';
import { parseWechatJson } from './push/json';
import { WechatError, errcodeError } from './error';

export interface WechatClientOptions {
  /** Base URL without a slash at its end. */
  base: string;
  /** Milliseconds for a whole call, 8000 by default. */
  timeout?: number;
  /** Most calls at once; others wait for a connection. */
  maxSockets?: number;
  /** Called with each call's path, duration in seconds and end (`ok`, or the error's label). */
  observe?: (path: string, seconds: number, outcome: string) => void;
}

export interface WechatCall {
  query?: Record<string, string | number | undefined>;
  json?: unknown;
  /** Fields sent as application/x-www-form-urlencoded; a name may come several times. */
  urlencoded?: ReadonlyArray<readonly [name: string, value: string]>;
  form?: Record<string, { value: Buffer; options: { filename: string; contentType: string } }>;
  /**
   * For a call that delivers to a person: it is made only if it will have ended by then. When it may have arrived, the
   * error's `delivery` is `unknown`.
   */
  deadline?: Deadline;
}

/** An answer of WeChat: a JSON object. */
export type WechatAnswer = Record<string, unknown>;

interface Exchanged {
  status: number;
  contentType: string;
  body: Buffer;
  /** By the other side's clock. */
  date?: string;
}

/**
 * @param delivers whether the call delivers to a person: an answer that is not WeChat's own then leaves it unknown
 *   whether the message has arrived
 */
type Reader<T> = (path: string, exchanged: Exchanged, delivers: boolean) => T;

const MAX_ANSWER_BYTES = 4 << 20;

/** Milliseconds after the time-out when a trickle of bytes is cut off. */
const GRACE_MS = 500;

/** The HTTP client for WeChat and Tencent IM: one keep-alive agent, one time-out, typed errors. */
export class WechatClient {
  private readonly agent: HttpAgent;
  private readonly timeout: number;

  constructor(private readonly options: WechatClientOptions) {
    // Idle connections are closed before WeChat's gateway closes them: a call on a dead one would be `unknown`.
    const maxSockets = options.maxSockets ?? 128;
    const agentOptions = { keepAlive: true, maxSockets, maxFreeSockets: maxSockets, timeout: 4000 };
    this.agent = options.base.startsWith('https:') ? new HttpsAgent(agentOptions) : new HttpAgent(agentOptions);
    this.timeout = options.timeout ?? 8000;
  }

  /** @throws {WechatError} */
  get(path: string, query: WechatCall['query']): Promise<WechatAnswer> {
    return this.call('GET', path, { query }, readJson);
  }

  /** @throws {WechatError} */
  post(path: string, call: WechatCall): Promise<WechatAnswer> {
    return this.call('POST', path, call, readJson);
  }

  /**
   * A call whose success is an image, and whose failure is JSON.
   * @throws {WechatError}
   */
  postForImage(path: string, call: WechatCall): Promise<WechatImage> {
    return this.call('POST', path, call, readImage);
  }

  /**
   * How far the other side's clock is ahead of ours, by the Date of an answer, in milliseconds: whole seconds.
   * @return undefined when the answer has no Date
   * @throws {WechatError} when there is no answer
   */
  async clockOffset(): Promise<number | undefined> {
    const path = '/';
    const before = Date.now();
    const { date } = await this.exchange('GET', path, {}).catch(error => { throw transportError(path, error as Failure); });
    const theirs = Date.parse(date ?? '');
    return Number.isNaN(theirs) ? undefined : theirs + 500 - (before + Date.now()) / 2;
  }

  /** Closes kept connections. */
  close(): void {
    this.agent.destroy();
  }

  private async call<T>(method: string, path: string, call: WechatCall, read: Reader<T>): Promise<T> {
    const start = process.hrtime.bigint();
    let outcome = 'ok';
    try {
      if (call.deadline && call.deadline.left < this.timeout + GRACE_MS) throw tooLate(path);
      return read(path, await this.exchange(method, path, call), call.deadline !== undefined);
    } catch (error) {
      const wrapped = error instanceof WechatError ? error : transportError(path, error as Failure);
      outcome = wrapped.label;
      throw wrapped;
    } finally {
      this.options.observe?.(path, Number(process.hrtime.bigint() - start) / 1e9, outcome);
    }
  }

  /** @throws {Failure} */
  private async exchange(method: string, path: string, call: WechatCall): Promise<Exchanged> {
    const sent = request({
      method,
      uri: `${this.options.base}${path}${queryString(call.query)}`,
      // Sent as text: WeChat takes the body's characters as they are and shows \u escapes to the user.
      ...bodyOf(call),
      agent: this.agent,
      timeout: this.timeout,
      encoding: null,
      gzip: true,
      simple: false,
      followRedirect: false,
      resolveWithFullResponse: true,
    });
    // `timeout` above bounds silence; these bound a trickle of bytes, an endless answer and the wait for a connection.
    let late = false;
    let size = 0;
    let left = false;
    sent.on('socket', (socket: Socket & { secureConnecting?: boolean }) => {
      if (!socket.connecting && !socket.secureConnecting) left = true;
      else socket.once(socket.secureConnecting ? 'secureConnect' : 'connect', () => { left = true; });
    });
    const timer = setTimeout(() => { late = true; sent.abort(); }, this.timeout + GRACE_MS);
    sent.on('data', (chunk: Buffer | string) => {
      size += chunk.length;
      if (size > MAX_ANSWER_BYTES) sent.abort();
    });
    const aborted = new Promise<never>((_resolve, reject) => {
      sent.on('abort', () => reject(Object.assign(new Error(late ? 'timed out' : 'the answer is too long'), { code: late ? 'ETIMEDOUT' : 'TOOLONG' })));
    });
    try {
      const response = await Promise.race([sent, aborted]);
      const { 'content-type': contentType = '', date } = response.headers;
      return { status: response.statusCode, contentType, date, body: response.body as Buffer };
    } catch (error) {
      throw Object.assign(error as Error, { left });
    } finally {
      clearTimeout(timer);
      aborted.catch(() => undefined);
    }
  }
}

function bodyOf({ json, urlencoded, form }: WechatCall): object {
  if (json !== undefined) return { body: JSON.stringify(json), headers: { 'content-type': 'application/json; charset=utf-8' } };
  if (!urlencoded) return { formData: form };
  const body = new URLSearchParams(urlencoded.map(([name, value]) => [name, value] as [string, string])).toString();
  return { body, headers: { 'content-type': 'application/x-www-form-urlencoded' } };
}

/** request would parse the whole address twice for this option. */
function queryString(query: WechatCall['query'] = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  return given.length > 0 ? `?${given.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`).join('&')}` : '';
}

/** The reason of a missing answer, and whether the request has left: it has when there was a connection. */
interface Failure {
  code?: string;
  cause?: { code?: string };
  left?: boolean;
}

/** request-promise's errors hold the URL with its access_token: only their code is kept. */
function transportError(path: string, { code, cause, left }: Failure): WechatError {
  const name = code ?? cause?.code ?? 'failed';
  return new WechatError({ path, errmsg: `the connection to WeChat failed (${name})`, retryable: true, delivery: left ? 'unknown' : 'not-sent' });
}

function tooLate(path: string): WechatError {
  return new WechatError({ path, errmsg: 'too late to be sent by the process that holds the message', retryable: true, delivery: 'not-sent' });
}

function assertStatus(path: string, status: number, delivers: boolean): void {
  if (status >= 200 && status <= 299) return;
  // A gateway may give up on WeChat after WeChat has taken the message; with 503 it has not passed it on.
  const delivery = delivers && status >= 500 && status !== 503 ? 'unknown' : 'answered';
  throw new WechatError({ path, errmsg: `HTTP status ${status}`, retryable: status >= 500 || status === 429, delivery });
}

function readJson(path: string, { status, body: bytes }: Exchanged, delivers: boolean): WechatAnswer {
  assertStatus(path, status, delivers);
  const body = bytes.toString('utf8');
  let answer: unknown;
  try {
    answer = parseWechatJson(body);
  } catch {
    answer = undefined;
  }
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) throw notJson(path, body, delivers);
  const { errcode, errmsg } = answer as WechatAnswer;
  if (errcode !== undefined && Number(errcode) !== 0) throw errcodeError(path, Number(errcode), errmsg);
  return answer as WechatAnswer;
}

function readImage(path: string, exchanged: Exchanged, delivers: boolean): WechatImage {
  assertStatus(path, exchanged.status, delivers);
  const image = imageOf(exchanged.contentType, exchanged.body);
  if (image) return image;
  readJson(path, exchanged, delivers);
  throw new WechatError({ path, errmsg: 'the answer holds no image', retryable: true, delivery: 'answered' });
}

/**
 * A page of a gateway on the way never reached WeChat. A JSON answer that breaks off came from WeChat itself, which may
 * have done the call.
 */
function notJson(path: string, body: string, delivers: boolean): WechatError {
  const cutShort = /^\s*\{/.test(body) || body.trim() === '';
  return new WechatError({ path, errmsg: 'the answer is not JSON', retryable: true, delivery: delivers || cutShort ? 'unknown' : 'answered' });
}
