import assert from 'node:assert/strict';
import { logIn } from '../../support/actors';
import { useApp } from '../../support/app';
import { MINI, OFFICIAL } from '../../support/environment';
import { whereNamed } from '../../support/everywhere';
import { until } from '../../support/until';
import { accountMark } from '../../../app/lib/erasure/document';

const KEY = 'test-api-key-1';

describe('the server API, of a person who is erased', () => {
  const hub = useApp();
  const data = { thing1: { value: 'x' } };

  /** Whatever would be kept of somebody. */
  const calls = (openid: string, official: string): Array<[method: string, path: string, body: object]> => [
    ['POST', '/api/server/messages/custom', { openid, message: { msgtype: 'text', text: { content: 'x' } } }],
    ['POST', '/api/server/messages/custom', { appid: OFFICIAL.appid, openid: official, message: { msgtype: 'text', text: { content: 'x' } } }],
    ['POST', '/api/server/messages/subscribe', { openid, templateId: 'tpl', data }],
    ['POST', '/api/server/messages/template', { openid: official, templateId: 'tpl', data }],
    ['PUT', '/api/server/im/accounts/im-user-1', { openid }],
    ['POST', '/api/server/security/media', { openid, url: 'http://8.8.8.8/a.png', type: 'image', scene: 'comment' }],
    ['POST', '/api/server/qrcodes', { openid, payload: 1 }],
  ];

  async function refuseAll(openid: string, official: string): Promise<void> {
    for (const [method, path, body] of calls(openid, official)) {
      const { error, message } = await hub().call(method, path, body, KEY);
      assert.equal(error, 'NOT_FOUND', `${path} ${message}`);
      assert.match(message, /has been erased|Nobody with this openid/, path);
    }
    assert.equal(await hub().sandbox.count('/wxa/media_check_async'), 0);
  }

  it('keeps nothing of them and sends them nothing, until they come back', async () => {
    const { openid, token } = await logIn(hub(), { unionid: 'union-erased' });
    await hub().app.model.Follow.create({ _id: `${OFFICIAL.appid}:of-erased`, appid: OFFICIAL.appid, openid: 'of-erased', unionid: 'union-erased', following: true });
    await hub().ok('DELETE', '/api/me', undefined, token);
    await refuseAll(openid, 'of-erased');
    await until(() => hub().app.model.Erasure.exists({ told: true }), found => found !== null);
    for (const name of [openid, 'of-erased']) assert.deepEqual(await whereNamed(hub(), [name]), []);
    await logIn(hub(), { openid });
    const [[method, path, body]] = calls(openid, '');
    assert.equal((await hub().call(method, path, body, KEY)).code, 1);
  });

  it('is the same while the erasure is under way', async () => {
    const { openid } = await logIn(hub());
    const { app } = hub();
    const marks = [accountMark({ appid: MINI.appid, openid }), accountMark({ appid: OFFICIAL.appid, openid: 'of-1' })].map(mark => app.blindIndex.of(mark));
    await app.model.Erasure.create({ _id: 'u1', state: 'running', run: 'r', marks, repeats: [], by: 'api', startedAt: new Date(), changedAt: new Date() });
    await app.erasures.refresh();
    for (const [method, path, body] of calls(openid, 'of-1').filter(([, called]) => !called.endsWith('qrcodes'))) {
      assert.equal((await hub().call(method, path, body, KEY)).error, 'NOT_FOUND', path);
    }
    assert.equal(await app.model.Outbox.countDocuments({}), 0);
    await app.model.Erasure.deleteMany({});
    await app.erasures.refresh();
  });

  it('knows nothing of an openid that was never seen here: WeChat decides about it', async () => {
    const { code } = await hub().call('POST', '/api/server/messages/custom', { openid: 'oNeverSeen', message: { msgtype: 'text', text: { content: 'x' } } }, KEY);
    assert.equal(code, 1);
  });
});
