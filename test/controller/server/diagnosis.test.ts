import assert from 'node:assert/strict';
import { useApp } from '../../support/app';
import { MINI, OFFICIAL } from '../../support/environment';
import type { Check } from '../../../app/lib/diagnosis/check';

const KEY = 'test-api-key-1';

describe('GET /api/server/diagnosis', () => {
  const hub = useApp();
  const checks = async (query = '') => (await hub().ok<{ checks: Check[] }>('GET', `/api/server/diagnosis${query}`, undefined, KEY)).checks;

  it('answers the doctor\'s checks of an app', async () => {
    const found = await checks();
    assert.deepEqual(found.map(({ name, state }) => [name, state]), [
      ['secret', 'ok'], ['ip whitelist', 'ok'], ['push', 'ok'], ['last push', 'warn'], ['push address', 'ok'], ['quota', 'ok'], ['phone packs', 'ok'],
      ['wechat clock', 'ok'], ['im', 'ok'], ['im callback', 'ok'],
    ]);
    for (const check of found) assert.deepEqual(Object.keys(check), ['name', 'state', 'detail', 'advice']);
    assert.deepEqual((await checks(`?appid=${OFFICIAL.appid}`)).map(({ name }) => name), ['secret', 'ip whitelist', 'push', 'last push', 'push address', 'quota', 'wechat clock', 'im', 'im callback']);
    assert.equal(await hub().fails('GET', '/api/server/diagnosis?appid=wxnobody', undefined, KEY), 'NOT_FOUND');
    assert.equal(await hub().fails('GET', '/api/server/diagnosis'), 'UNAUTHENTICATED');
  });

  it('speaks the language of the caller', async () => {
    const ask = async (language: string) => {
      const answer = await fetch(`${hub().url}/api/server/diagnosis`, { headers: { authorization: `Bearer ${KEY}`, 'accept-language': language } });
      assert.match(String(answer.headers.get('vary')), /accept-language/i);
      return (await answer.json() as { data: { checks: Array<{ name: string; state: string; detail: string; advice: string | null }> } }).data.checks;
    };
    const [chinese, english] = await Promise.all([ask('zh-CN,zh;q=0.9'), ask('en')]);
    assert.deepEqual(chinese.map(({ name, state }) => [name, state]), english.map(({ name, state }) => [name, state]));
    for (const { name, detail, advice } of chinese) for (const said of [detail, advice ?? '无']) assert.match(said, /\p{Script=Han}/u, name);
    for (const { name, detail, advice } of english) assert.doesNotMatch(detail + advice, /\p{Script=Han}|[{}]/u, name);
    const ofPush = (checks: typeof chinese) => checks.filter(({ name }) => name === 'push').map(({ detail }) => detail);
    assert.deepEqual([ofPush(chinese), ofPush(english)], [['已设置 Token 和 EncodingAESKey，当前为安全模式'], ['Token and EncodingAESKey are set, the mode is secure']]);
    await hub().sandbox.post('/faults', { path: '/cgi-bin/stable_token', errcode: 40164, errmsg: 'invalid ip 203.0.113.7, not in whitelist' });
    const refused = (await ask('zh')).find(({ name }) => name === 'ip whitelist');
    assert.deepEqual(refused, { name: 'ip whitelist', state: 'no', detail: '203.0.113.7 不在 IP 白名单中（40164）', advice: '请在微信后台添加' });
  });

  it('names the address that WeChat refuses, and does not renew the app\'s token', async () => {
    const token = () => hub().ok<{ accessToken: string }>('GET', `/api/server/access-token?appid=${MINI.appid}`, undefined, KEY);
    const before = await token();
    await checks();
    assert.deepEqual(await token(), before);
    await hub().sandbox.post('/faults', { path: '/cgi-bin/stable_token', errcode: 40164, errmsg: 'invalid ip 203.0.113.7, not in whitelist' });
    const refused = (await checks()).find(({ name }) => name === 'ip whitelist');
    assert.deepEqual(refused, { name: 'ip whitelist', state: 'no', detail: 'the address 203.0.113.7 is not allowed to call (40164)', advice: 'add it to the IP whitelist in WeChat\'s console' });
  });
});

describe('POST /api/server/diagnosis/rid', () => {
  const hub = useApp();
  const ask = (body: object) => hub().call<Record<string, string | number>>('POST', '/api/server/diagnosis/rid', body, KEY);

  /** The rid of a call that WeChat has refused. */
  async function failedCall(): Promise<string> {
    const { accessToken } = await hub().ok<{ accessToken: string }>('GET', '/api/server/access-token', undefined, KEY);
    const answer = await fetch(`${hub().sandbox.url}/cgi-bin/message/custom/send?access_token=${accessToken}`, { method: 'POST', body: '{"touser":"nobody","msgtype":"text","text":{"content":"hi"},"secret":"very-secret"}' });
    const { errmsg } = await answer.json() as { errmsg: string };
    return String(/rid: (\S+)$/.exec(errmsg)?.[1]);
  }

  it('shows WeChat\'s record of one call, with secrets masked', async () => {
    const { code, data, message } = await ask({ rid: await failedCall() });
    assert.equal(code, 1, message);
    assert.equal(data.requestUrl, '/cgi-bin/message/custom/send?access_token=***');
    assert.match(String(data.requestBody), /"touser":"nobody".*"secret":"\*\*\*"/);
    assert.match(String(data.responseBody), /"errcode":40003/);
    assert.deepEqual([data.clientIp, typeof data.costMs], ['127.0.0.1', 'number']);
    assert.ok(Math.abs(Date.parse(String(data.invokedAt)) - Date.now()) < 60_000);
  });

  it('explains why there is no record', async () => {
    const rid = await failedCall();
    const errors = await Promise.all([{ rid: '00000000-00000000-00000000' }, { rid, appid: OFFICIAL.appid }, { rid: 'x' }, { rid: '' }, {}].map(async body => (await ask(body)).error));
    assert.deepEqual(errors, ['NOT_FOUND', 'NOT_FOUND', 'INVALID_ARGUMENT', 'INVALID_ARGUMENT', 'INVALID_ARGUMENT']);
    assert.match((await ask({ rid, appid: OFFICIAL.appid })).message, /another app/);
    assert.equal(await hub().fails('POST', '/api/server/diagnosis/rid', { rid }), 'UNAUTHENTICATED');
  });
});
