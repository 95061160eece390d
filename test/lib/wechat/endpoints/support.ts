import assert from 'node:assert/strict';
import { WechatClient } from '../../../../app/lib/wechat/client';
import { WechatError } from '../../../../app/lib/wechat/error';
import { openSandbox } from '../../../sandbox/support';

/** A simulated WeChat, and the client that talks to it over HTTP. */
export async function openWechat() {
  const sandbox = await openSandbox();
  const client = new WechatClient({ base: sandbox.url, timeout: 2_000 });
  return {
    sandbox,
    client,
    async close() {
      client.close();
      await sandbox.close();
    },
  };
}

/** Asserts that the call fails with this errcode, which is not about the token. */
export async function refusesWith(errcode: number, call: Promise<unknown>, secret = 'access_token='): Promise<void> {
  await assert.rejects(call, error => {
    assert.ok(error instanceof WechatError, String(error));
    assert.equal(error.errcode, errcode);
    assert.ok(!JSON.stringify({ ...error, message: error.message }).includes(secret));
    return true;
  });
}

/** Makes the next call of a path answer this body. */
export function answers(sandbox: Awaited<ReturnType<typeof openSandbox>>, path: string, body: unknown) {
  return sandbox.control('POST', '/faults', { path, status: 200, body: JSON.stringify(body) });
}
