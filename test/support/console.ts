import assert from 'node:assert/strict';
import { scryptSync } from 'node:crypto';
import type { Role } from '../../app/lib/console/administrators';
import type { Envelope } from './client';
import type { TestApp } from './app';

export const PASSWORD = 'correct-horse-battery';

const SALT = 'a salt of tests';
/** PASSWORD as it is stored, but with parameters that take no time: those of the product keep a core busy for a quarter of a second at each sign-in. */
const PASSWORD_HASH = `$scrypt$ln=4,r=8,p=1$${Buffer.from(SALT).toString('base64')}$${scryptSync(PASSWORD, SALT, 32, { N: 16, r: 8, p: 1 }).toString('base64').replace(/=+$/, '')}`;

export interface ConsoleAnswer<T = Record<string, never>> extends Envelope<T> {
  status: number;
  headers: Headers;
}

/** Calls the console's API as its page does: with a cookie, and the token that belongs to it. */
export class Console {
  cookie = '';
  csrfToken = '';

  constructor(readonly url: string) {}

  /**
   * A signed-in person, with a name and a role.
   * @param passwordHash of PASSWORD
   */
  static async as(hub: TestApp, role: Role = 'admin', name: string = role, passwordHash = PASSWORD_HASH): Promise<Console> {
    await hub.app.administrators.create(name, passwordHash, role);
    const console = new Console(hub.url);
    await console.signIn(name);
    return console;
  }

  async signIn(username: string, password = PASSWORD): Promise<ConsoleAnswer<{ username: string; role: string; csrfToken: string }>> {
    const answer = await this.ask<{ username: string; role: string; csrfToken: string }>('POST', '/session', { username, password });
    if (answer.code === 1) this.keep(answer);
    return answer;
  }

  /** Keeps the session of an answer that signs in. */
  keep(answer: ConsoleAnswer<{ csrfToken: string }>): void {
    this.cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0];
    this.csrfToken = answer.data.csrfToken;
  }

  fetch(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${this.url}/console/api${path}`, {
      method,
      headers: {
        ...(this.cookie ? { cookie: this.cookie } : {}), ...(method === 'GET' ? {} : { 'x-csrf-token': this.csrfToken }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  async ask<T = Record<string, never>>(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<ConsoleAnswer<T>> {
    const response = await this.fetch(method, path, body, headers);
    return Object.assign(await response.json() as Envelope<T>, { status: response.status, headers: response.headers });
  }

  /** A call that has to succeed; returns its data. */
  async ok<T = Record<string, never>>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.ask<T>(method, path, body);
    assert.equal(answer.code, 1, `${method} ${path}: ${answer.status} ${answer.error} ${answer.message}`);
    assert.equal(answer.status, 200);
    return answer.data;
  }

  /** A call that has to fail; returns status and name of its error. */
  async fails(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<string> {
    const answer = await this.ask(method, path, body, headers);
    assert.equal(answer.code, 0, `${method} ${path} fails`);
    assert.ok(answer.message && answer.requestId);
    return `${answer.status} ${answer.error}`;
  }
}
