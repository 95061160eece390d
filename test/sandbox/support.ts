import assert from 'node:assert/strict';
import { assertFits } from '../../app/router/assertFits';
import { startSandbox } from '../../app/sandbox';
import { ROUTES } from '../../app/sandbox/control/specs';
import type { SandboxApp, SandboxOptions } from '../../app/sandbox';
import { openReceiver, type Receiver } from './receiver';

export const MINI: SandboxApp = {
  appid: 'wx_mini', kind: 'miniprogram', secret: 'mini-secret', token: 'mini-token',
  aesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG', pushMode: 'secure',
};
export const OTHER_MINI: SandboxApp = { appid: 'wx_other', kind: 'miniprogram', secret: 'other-secret', token: 'other-token', pushMode: 'plain' };
export const OFFICIAL: SandboxApp = {
  appid: 'wx_official', kind: 'official', secret: 'official-secret', token: 'official-token',
  aesKey: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefg', pushMode: 'plain',
};

export interface Json { [key: string]: Json }

/** Checks an answer of the control API against its description. */
function assertDescribed(method: string, path: string, data: unknown): void {
  const described = ROUTES.find(route => route.method === method && new RegExp(`^${route.path.replace(/:\w+/g, '[^/]+')}$`).test(path));
  assert.ok(described?.data, `${method} ${path}`);
  assertFits(described.data, data, `${method} ${path}`);
}

/** A running sandbox and short functions to call it, as the application and as a test do. */
export async function openSandbox(options: Partial<SandboxOptions> = {}) {
  const sandbox = await startSandbox({ port: 0, apps: [MINI, OTHER_MINI, OFFICIAL], pushTo: 'http://127.0.0.1:9', ...options });

  async function get(path: string, query: Record<string, string> = {}): Promise<Json> {
    const answer = await fetch(`${sandbox.url}${path}?${new URLSearchParams(query)}`);
    return JSON.parse(await answer.text());
  }

  async function post(path: string, query: Record<string, string>, body: unknown): Promise<Json> {
    const answer = await fetch(`${sandbox.url}${path}?${new URLSearchParams(query)}`, {
      method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    return JSON.parse(await answer.text());
  }

  async function envelope(method: string, path: string, body?: unknown): Promise<Json> {
    const answer = await fetch(`${sandbox.url}/sandbox/api${path}`, {
      method, headers: { 'content-type': 'application/json' }, body: body === undefined ? undefined : JSON.stringify(body),
    });
    assert.equal(answer.status, 200);
    return await answer.json() as Json;
  }

  async function control(method: string, path: string, body?: unknown): Promise<Json> {
    const answer = await envelope(method, path, body);
    assert.equal(answer.code, 1, String(answer.message));
    assertDescribed(method, path.split('?')[0], answer.data);
    return answer.data;
  }

  async function token(app = MINI, force_refresh?: boolean): Promise<string> {
    const answer = await post('/cgi-bin/stable_token', {}, {
      grant_type: 'client_credential', appid: app.appid, secret: app.secret, force_refresh,
    });
    return String(answer.access_token);
  }

  async function login(who: object = {}): Promise<Json> {
    const { code } = await control('POST', '/login-code', who);
    return get('/sns/jscode2session', { appid: MINI.appid, secret: MINI.secret, js_code: String(code), grant_type: 'authorization_code' });
  }

  return { ...sandbox, get, post, envelope, control, token, login };
}

export type TestSandbox = Awaited<ReturnType<typeof openSandbox>>;

/**
 * For a `describe`: a sandbox whose pushes go to a receiver. Before each test both are as after their start.
 * @param options of the sandbox, by the receiver's address
 */
export function usePushedTo(options: (url: string) => Partial<SandboxOptions> = url => ({ pushTo: url })): { sandbox(): TestSandbox; receiver(): Receiver } {
  let sandbox: TestSandbox;
  let receiver: Receiver;
  before(async () => {
    receiver = await openReceiver();
    sandbox = await openSandbox(options(receiver.url));
  });
  after(async () => {
    await sandbox.close();
    await receiver.close();
  });
  beforeEach(async () => {
    receiver.reset();
    await sandbox.control('POST', '/reset');
  });
  return { sandbox: () => sandbox, receiver: () => receiver };
}
