import assert from 'node:assert/strict';

/** The envelope of every answer of /api. */
export interface Envelope<T = Record<string, unknown>> {
  code: 0 | 1;
  data: T;
  message: string;
  error?: string;
  requestId: string;
}

/** Calls the server as a mini-program does. */
export class Client {
  constructor(readonly url: string) {}

  /** One call of an enveloped interface, with its answer of any kind. */
  async call<T = Record<string, unknown>>(method: string, path: string, body?: unknown, token?: string): Promise<Envelope<T>> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
      body: body === undefined ? undefined : typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
    });
    assert.equal(response.status, 200, `${method} ${path} answers HTTP 200`);
    return await response.json() as Envelope<T>;
  }

  /** A call that has to succeed; returns its data. */
  async ok<T = Record<string, unknown>>(method: string, path: string, body?: unknown, token?: string): Promise<T> {
    const answer = await this.call<T>(method, path, body, token);
    assert.equal(answer.code, 1, `${method} ${path}: ${answer.error} ${answer.message}`);
    return answer.data;
  }

  /** A call that has to fail; returns the name of its error. */
  async fails(method: string, path: string, body?: unknown, token?: string): Promise<string> {
    const answer = await this.call(method, path, body, token);
    assert.equal(answer.code, 0, `${method} ${path} fails`);
    assert.equal(typeof answer.message, 'string');
    assert.ok(answer.requestId);
    return answer.error as string;
  }
}
