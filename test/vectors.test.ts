import assert from 'node:assert/strict';
import { useApp } from './support/app';
import { logIn } from './support/actors';
import { TEST_APPS } from './support/environment';
import { plainQuery, sha1 } from './support/wechat';
import vectors from './fixtures/official-vectors.json';
import payloads from './fixtures/official-payloads.json';

const vector = (id: string) => {
  const found = vectors.find(entry => entry.id === id);
  assert.ok(found, id);
  return found as unknown as { input: Record<string, string>; expected: Record<string, string> };
};

/** The official examples, as a caller sends them: over HTTP. */
describe('official test data over HTTP', () => {
  const hub = useApp();
  const demo = (token: string, pushMode: string) => {
    const app = TEST_APPS.find(entry => entry.token === token && entry.pushMode === pushMode);
    assert.ok(app);
    return app;
  };
  const post = async (path: string, body: string) => {
    const response = await fetch(`${hub().url}${path}`, { method: 'POST', body });
    return [response.status, await response.text()] as const;
  };

  it('sig-url-verify-official', async () => {
    const { input, expected } = vector('sig-url-verify-official');
    const [token, timestamp, nonce] = input.parts;
    const query = new URLSearchParams({ signature: expected.signature, timestamp, nonce, echostr: input.echostr });
    const response = await fetch(`${hub().url}/message/check/${demo(token, 'plain').appid}?${query}`);
    assert.deepEqual([response.status, await response.text()], [200, expected.reply]);
  });

  it('sig-plain-post-official', async () => {
    const { input, expected } = vector('sig-plain-post-official');
    const [token, timestamp, nonce] = input.parts;
    const query = new URLSearchParams({ signature: expected.signature, timestamp, nonce });
    assert.deepEqual(await post(`/message/check/${demo(token, 'plain').appid}?${query}`, JSON.stringify(input.body)), [200, 'success']);
    assert.equal((await hub().app.model.Message.findOne({}).lean())?.event, 'debug_demo');
  });

  for (const id of ['push-json-secure-official', 'push-xml-qdg6ek-official-sample']) {
    it(id, async () => {
      const { input, expected } = vector(id);
      const query = new URLSearchParams({ timestamp: input.timestamp, nonce: input.nonce, encrypt_type: 'aes', msg_signature: expected.msg_signature });
      const body = id.includes('json') ? JSON.stringify({ ToUserName: 'gh', Encrypt: input.encrypt }) : `<xml><Encrypt><![CDATA[${input.encrypt}]]></Encrypt></xml>`;
      assert.deepEqual(await post(`/official/callback/${expected.receiveId}?${query}`, body), [200, 'success']);
      const stored = await hub().app.model.Message.findOne({ appid: expected.receiveId }).lean();
      assert.ok(stored && expected.plain.includes(stored.openid ?? '') && expected.plain.includes(String((stored.payload as Record<string, string>).CreateTime)));
      const forged = await post(`/official/callback/${expected.receiveId}?${query}`, body.replace(input.encrypt, `${input.encrypt.slice(0, -4)}AAA=`));
      assert.equal(forged[0], 403);
    });
  }

  it('opendata-official-demo and opendata-wrong-key', async () => {
    const { input, expected } = vector('opendata-official-demo');
    const { openid, token } = await logIn(hub(), { openid: expected.openId, appid: expected.appid, unionid: null });
    assert.equal(openid, expected.openId);
    const { Openid } = hub().app.model;
    const _id = `${expected.appid}:${openid}`;
    const holdKey = (key: string) => Openid.updateOne({ _id }, { $set: { sessionKey: { cipher: hub().app.cipher.encrypt(key, `openids.sessionKey.${_id}`) } } });
    const body = { encryptedData: input.encryptedData, iv: input.iv };
    await holdKey(vector('opendata-wrong-key').input.sessionKey);
    assert.equal(await hub().fails('POST', '/api/unionId', body, token), 'SESSION_KEY_STALE');
    await holdKey(input.sessionKey);
    const answer = await hub().ok<{ unionId: string; userInfo: { nickName: string } }>('POST', '/api/unionId', body, token);
    assert.deepEqual([answer.unionId, answer.userInfo.nickName], [expected.unionId, 'Band']);
  });

  it('rawdata-sha1-official', async () => {
    const { input, expected } = vector('rawdata-sha1-official');
    const [rawData, sessionKey] = input.concat;
    const appid = 'wx4f4bc4dec97d474b';
    const { token, openid } = await logIn(hub(), { appid });
    const { encryptOpenData } = await import('../app/lib/wechat/openData');
    const _id = `${appid}:${openid}`;
    await hub().app.model.Openid.updateOne({ _id }, { $set: { sessionKey: { cipher: hub().app.cipher.encrypt(sessionKey, `openids.sessionKey.${_id}`) } } });
    const data = encryptOpenData(sessionKey, { openId: openid, nickName: 'Band', watermark: { appid, timestamp: 1477314187 } });
    await hub().ok('POST', '/api/unionId', { ...data, rawData, signature: expected.signature }, token);
    assert.equal(await hub().fails('POST', '/api/unionId', { ...data, rawData: `${rawData} `, signature: expected.signature }, token), 'INVALID_ARGUMENT');
  });

  for (const payload of payloads.filter(({ direction }) => direction === 'push')) {
    it(`payload ${payload.id}`, async () => {
      const encrypted = payload.body.includes('"Encrypt"');
      const app = demo('AAAAA', encrypted ? 'secure' : 'plain');
      const query = encrypted ? new URLSearchParams(/query: (\S+)/.exec('note' in payload ? payload.note ?? '' : '')?.[1] ?? compatQuery(payload.body)) : plainQuery(app);
      const [status, text] = await post(`/message/check/${app.appid}?${query}`, payload.body);
      const stored = await hub().app.model.Message.countDocuments({});
      if (payload.id.startsWith('adversarial')) assert.deepEqual([status, stored], [400, 0]);
      else assert.deepEqual([status, text, stored], [200, 'success', payload.id.includes('container-check') ? 0 : 1]);
    });
  }

  function compatQuery(body: string): string {
    const { Encrypt } = JSON.parse(body) as { Encrypt: string };
    const [timestamp, nonce] = ['1714112445', '415670741'];
    return String(new URLSearchParams({ timestamp, nonce, msg_signature: sha1(['AAAAA', timestamp, nonce, Encrypt]) }));
  }
});
