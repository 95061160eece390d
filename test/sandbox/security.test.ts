import assert from 'node:assert/strict';
import { MINI, OTHER_MINI, openSandbox } from './support';
import type { Json, TestSandbox } from './support';
import { until } from '../support/until';

const RISKY = '特3456书yuuo莞6543李zxcz蒜7782法fgnv级';

describe('sandbox: content security', () => {
  let sandbox: TestSandbox;
  let access_token: string;
  let openid: string;
  before(async () => { sandbox = await openSandbox(); });
  after(() => sandbox.close());
  beforeEach(async () => {
    await sandbox.control('POST', '/reset', {});
    await sandbox.control('POST', '/settings', { pushRetries: 0, pushTimeoutMs: 50 });
    access_token = await sandbox.token();
    openid = String((await sandbox.login()).openid);
  });

  const text = (body: object) => sandbox.post('/wxa/msg_sec_check', { access_token }, { openid, scene: 2, version: 2, content: 'hello', ...body });
  const media = (body: object) => sandbox.post('/wxa/media_check_async', { access_token }, { openid, scene: 1, version: 2, media_type: 2, media_url: 'https://files.weapp-hub.dev/a.png', ...body });
  const pushes = async () => (await sandbox.control('GET', '/pushes?event=wxa_media_check')).pushes as unknown as Array<{ openid: string }>;

  it('passes texts except those that a test calls bad, with errcode 0 for all', async () => {
    const verdict = async (body: object) => {
      const { errcode, result, trace_id } = await text(body);
      assert.match(String(trace_id), /^[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$/);
      return [errcode, result.suggest, result.label];
    };
    assert.deepEqual(await verdict({}), [0, 'pass', 100]);
    assert.deepEqual(await verdict({ content: `好 ${RISKY} 😀` }), [0, 'risky', 20006]);
    await sandbox.control('POST', '/verdicts', { verdicts: [{ contains: 'buy', suggest: 'review', label: 10001 }, { contains: 'bad', suggest: 'risky', label: 20003 }] });
    assert.deepEqual(await verdict({ content: 'buy this' }), [0, 'review', 10001]);
    assert.deepEqual(await verdict({ title: 'bad, buy' }), [0, 'risky', 20003]);
  });

  it('refuses with errcodes of their own', async () => {
    const other = await sandbox.control('POST', '/login-code', { appid: OTHER_MINI.appid });
    const asked: Array<[Promise<Json>, number]> = [
      [text({ scene: 5 }), 40129], [text({ openid: 'oNobody' }), 40003], [text({ openid: other.openid }), 43104], [text({ content: '' }), 44004], [text({ content: '😀'.repeat(2_501) }), 45002],
      [media({ media_type: 3 }), 40004], [media({ openid: 'oNobody' }), 40003], [media({ media_url: 'x' }), 47001], [media({ scene: 0 }), 40129],
    ];
    for (const [answer, wanted] of asked) assert.equal((await answer).errcode, wanted);
    assert.equal((await text({ content: '😀'.repeat(2_500) })).errcode, 0);
    assert.deepEqual(await pushes(), []);
  });

  it('refuses a person whom it has not seen for two hours, until they come again', async () => {
    await sandbox.control('POST', '/clock', { advanceSeconds: 7_190 });
    access_token = await sandbox.token();
    assert.equal((await text({})).errcode, 0);
    await sandbox.control('POST', '/clock', { advanceSeconds: 20 });
    access_token = await sandbox.token();
    assert.deepEqual([(await text({})).errcode, (await media({})).errcode], [61010, 61010]);
    await sandbox.login({ openid });
    assert.equal((await text({})).errcode, 0);
  });

  it('takes so many a minute', async () => {
    for (const [path, check] of [['/wxa/msg_sec_check', text], ['/wxa/media_check_async', media]] as const) {
      await sandbox.control('POST', '/limits', { path, perMinute: 0 });
      assert.equal((await check({})).errcode, 44991);
    }
  });

  it('pushes the result: after the answer, before it, or never', async () => {
    await sandbox.control('POST', '/settings', { mediaCheckPush: 'never', mediaCheckMs: 0 });
    await media({});
    assert.equal((await pushes()).length, 0);
    await sandbox.control('POST', '/settings', { mediaCheckPush: 'before' });
    await media({});
    assert.equal((await pushes()).length, 1);
    await sandbox.control('POST', '/settings', { mediaCheckPush: 'after' });
    await media({});
    const all = await until(pushes, found => found.length === 2);
    assert.ok(all.every(push => push.openid !== openid && push.openid !== MINI.appid), 'the sender is the platform');
  });
});
