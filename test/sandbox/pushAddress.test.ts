import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { MINI, OFFICIAL, OTHER_MINI, usePushedTo } from './support';

describe('sandbox: the address of pushes', () => {
  const { sandbox, receiver } = usePushedTo();

  const enter = (body: object = {}) => sandbox().control('POST', '/push-address', body);
  const echo = () => receiver().answerWith(({ query, method }) => ({ body: method === 'GET' ? query.get('echostr') ?? '' : 'success' }));

  it('is verified with a signature before it is taken, and pushed to afterwards', async () => {
    echo();
    const url = `${receiver().url}/elsewhere?team=7`;
    const { verified, why } = await enter({ appid: OTHER_MINI.appid, url });
    assert.deepEqual([verified, why], [true, undefined]);
    const [{ method, path, query, body }] = receiver().received;
    assert.deepEqual([method, path, query.get('team'), body], ['GET', '/elsewhere', '7', '']);
    const signed = [OTHER_MINI.token, query.get('timestamp'), query.get('nonce')].sort().join('');
    assert.equal(query.get('signature'), createHash('sha1').update(signed).digest('hex'));
    await sandbox().control('POST', '/push', { appid: OTHER_MINI.appid, message: { MsgType: 'text', Content: 'x' } });
    await sandbox().control('POST', '/push', { message: { MsgType: 'text', Content: 'x' } });
    assert.deepEqual(receiver().received.slice(1).map(({ path: to, query: asked }) => [to, asked.get('team')]), [['/elsewhere', '7'], ['/message/check', null]]);
  });

  it('is refused when echostr does not come back exactly', async () => {
    for (const [reply, why] of [
      [() => ({ body: 'success' }), /not echostr/], [() => ({ status: 403 }), /status 403/],
      [({ query }: { query: URLSearchParams }) => ({ body: `"${query.get('echostr')}"` }), /not echostr/],
    ] as const) {
      receiver().answerWith(reply);
      const answer = await enter({ url: `${receiver().url}/new` });
      assert.equal(answer.verified, false);
      assert.match(String(answer.why), why);
    }
    assert.equal((await enter({ url: 'http://127.0.0.1:9/' })).verified, false);
    const { addresses } = await sandbox().control('GET', '/push-address');
    assert.deepEqual(addresses, [
      { appid: MINI.appid, kind: 'miniprogram', url: `${receiver().url}/message/check`, entered: false },
      { appid: OTHER_MINI.appid, kind: 'miniprogram', url: `${receiver().url}/message/check/${OTHER_MINI.appid}`, entered: false },
      { appid: OFFICIAL.appid, kind: 'official', url: `${receiver().url}/official/callback`, entered: false },
    ]);
  });

  it('can be verified again unchanged', async () => {
    echo();
    assert.equal((await enter({ kind: 'official' })).verified, true);
    assert.equal(receiver().received[0].path, '/official/callback');
    for (const url of ['ftp://a.example/', 'message/check', 'http://a.example/#x']) {
      assert.equal((await sandbox().envelope('POST', '/push-address', { url })).error, 'INVALID_ARGUMENT', url);
    }
  });
});

describe('sandbox: unanswered pushes', () => {
  const { sandbox, receiver } = usePushedTo();

  const push = (more: object = {}) => sandbox().control('POST', '/push', { message: { MsgType: 'text', Content: 'x', FromUserName: 'o1' }, ...more });
  const settings = (change: object) => sandbox().control('POST', '/settings', change);

  it('are repeated three times, 5 s apart, unless a call says otherwise', async () => {
    assert.deepEqual([(await settings({})).pushRetries, (await settings({})).pushTimeoutMs], [3, 5_000]);
    await settings({ pushTimeoutMs: 40 });
    receiver().answerWith((_, count) => (count % 2 ? 'hang' : { status: 500 }));
    const { attempts, answered } = await push();
    assert.deepEqual((attempts as unknown as Array<{ status: number }>).map(({ status }) => status), [0, 500, 0, 500]);
    assert.equal(answered.accepted, false);
    assert.equal(new Set(receiver().received.map(({ body, query }) => body + query)).size, 1, 'the very same push');
    assert.equal((await push({ retries: 0 })).attempts, undefined);
    assert.equal((await push({ retries: 1 })).attempts.length, 2);
    await settings({ pushRetries: 0 });
    assert.equal((await push()).attempts, undefined);
    assert.equal((await push({ retries: 2 })).attempts.length, 3);
  });

  it('are not repeated once they are answered, nor when they are forged', async () => {
    await settings({ pushTimeoutMs: 40 });
    assert.equal((await push()).attempts, undefined);
    receiver().answerWith(() => ({ status: 403 }));
    assert.equal((await push({ forge: 'msg_signature' })).attempts, undefined);
    assert.equal(receiver().received.length, 2);
  });

  it('are kept with every answer', async () => {
    await settings({ pushTimeoutMs: 40 });
    receiver().answerWith((_, count) => (count === 1 ? { status: 502 } : { body: 'success' }));
    await push();
    await push({ message: { MsgType: 'event', Event: 'user_enter_tempsession', FromUserName: 'o2' } });
    const { pushes } = await sandbox().control('GET', '/pushes');
    const list = pushes as unknown as Array<{ id: number; openid: string; type: string; event?: string; accepted: boolean; attempts: Array<{ status: number }> }>;
    assert.deepEqual(list.map(({ openid, type, event, accepted, attempts }) => ({ openid, type, event, accepted, statuses: attempts.map(({ status }) => status) })), [
      { openid: 'o1', type: 'text', event: undefined, accepted: true, statuses: [502, 200] },
      { openid: 'o2', type: 'event', event: 'user_enter_tempsession', accepted: true, statuses: [200] },
    ]);
    assert.equal((await sandbox().control('GET', '/pushes?openid=o1')).pushes.length, 1);
    assert.equal((await sandbox().control('GET', `/pushes?after=${list[0].id}`)).pushes.length, 1);
  });
});
