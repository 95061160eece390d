import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { useApp } from '../../support/app';
import { FieldCipher } from '../../../app/lib/crypto/fieldCipher';
import { AccessTokens, type AccessTokenStore } from '../../../app/lib/wechat/accessTokens';
import { AppRefusals, type RefusalStore } from '../../../app/lib/wechat/refusals';
import { WechatClient } from '../../../app/lib/wechat/client';
import { WechatError, errcodeError } from '../../../app/lib/wechat/error';

const APP = { appid: 'wxtoken', kind: 'miniprogram', name: '', secret: 's', pushMode: 'plain' } as const;

describe('access tokens', () => {
  const hub = useApp();
  /** WeChat, as far as tokens are concerned. The sandbox cannot refuse to force a token that it gives otherwise. */
  let answer: (force: boolean) => object;
  const asked: boolean[] = [];
  const wechat = createServer((request, response) => {
    let body = '';
    request.on('data', chunk => { body += chunk; }).on('end', () => {
      const force = (JSON.parse(body) as { force_refresh?: boolean }).force_refresh === true;
      asked.push(force);
      response.end(JSON.stringify(answer(force)));
    });
  });
  let client: WechatClient;
  let tokens: AccessTokens;

  before(async () => {
    await new Promise<void>(listening => wechat.listen(0, '127.0.0.1', listening));
    client = new WechatClient({ base: `http://127.0.0.1:${(wechat.address() as AddressInfo).port}` });
  });
  after(() => {
    client.close();
    wechat.close();
  });
  beforeEach(() => {
    asked.length = 0;
    const store = () => hub().app.model.AccessToken.collection as unknown as AccessTokenStore & RefusalStore;
    const refusals = new AppRefusals({ store, appids: () => [APP.appid] });
    tokens = new AccessTokens({ store, client, cipher: new FieldCipher({ current: randomBytes(32) }), refusals });
  });
  const refusing = async () => { throw errcodeError('/some/call', 40001, 'invalid credential'); };

  it('are forced once in 30 s, even if the forced refresh fails', async () => {
    answer = force => (force ? { errcode: -1, errmsg: 'system error' } : { access_token: 'stuck', expires_in: 7_200 });
    for (let i = 0; i < 30; i++) {
      await assert.rejects(tokens.with(APP, refusing), (error: unknown) => error instanceof WechatError && error.retryable);
    }
    assert.equal(asked.filter(force => force).length, 1);
    const { AccessToken } = hub().app.model;
    await AccessToken.updateOne({ _id: APP.appid }, { $set: { 'forced.at': new Date(Date.now() - 31_000) } });
    await assert.rejects(tokens.with(APP, refusing));
    assert.equal(asked.filter(force => force).length, 2);
    assert.equal((await AccessToken.findById(APP.appid).lean())?.forced?.count, 2);
    // A clock that was ahead has been set back.
    await AccessToken.updateOne({ _id: APP.appid }, { $set: { 'forced.at': new Date(Date.now() + 3_600_000) } });
    await assert.rejects(tokens.with(APP, refusing));
    assert.equal(asked.filter(force => force).length, 3);
  });

  it('that are still valid are not renewed again and again while WeChat is busy', async () => {
    answer = () => ({ access_token: 'short', expires_in: 250 });
    assert.equal((await tokens.get(APP)).accessToken, 'short');
    const held = (tokens as unknown as { memory: Map<string, { fetchedAt: Date }> }).memory.get(APP.appid);
    // It is older than WeChat's last answer.
    if (held) held.fetchedAt = new Date(Date.now() - 60_000);
    await hub().app.model.AccessToken.updateOne({ _id: APP.appid }, { $set: { fetchedAt: new Date(Date.now() - 60_000) } });
    answer = () => ({ errcode: -1, errmsg: 'system error' });
    for (let i = 0; i < 30; i++) {
      assert.equal((await tokens.get(APP)).accessToken, 'short');
      await new Promise(resolve => { setTimeout(resolve, 10); });
    }
    assert.equal(asked.length, 2);
  });
});
