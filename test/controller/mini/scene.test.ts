import assert from 'node:assert/strict';
import { useApp } from '../../support/app';
import { logIn } from '../../support/actors';
import { MINI } from '../../support/environment';
import { until } from '../../support/until';

const OTHER = 'wxtestplain00000001';

describe('GET /api/scene/:scene', () => {
  const hub = useApp();
  const put = (_id: string, more: object = {}) => hub().app.model.Scene.create({ _id, appid: MINI.appid, payload: { a: 1 }, createdAt: new Date(), scans: 0, ...more });
  const scans = async (_id: string) => (await hub().app.model.Scene.findById(_id).lean())?.scans;
  const open = (scene: string, token: string) => hub().call('GET', `/api/scene/${encodeURIComponent(scene)}`, undefined, token);

  it('answers the payload and counts the scan, in few writes', async () => {
    await put('abc');
    const { token } = await logIn(hub());
    const client = hub().app.mongoose.connection.getClient();
    let writes = 0;
    const count = ({ commandName, command }: { commandName: string; command: Record<string, unknown> }) => { if (commandName === 'update' && command.update === 'scenes') writes++; };
    client.on('commandStarted', count);
    const answers = await Promise.all(Array.from({ length: 40 }, () => open('abc', token)));
    for (const { code, data } of answers) assert.deepEqual([code, data], [1, { payload: { a: 1 } }]);
    await until(() => scans('abc'), n => n === 40);
    client.off('commandStarted', count);
    assert.ok(writes <= 5, `${writes} writes`);
  });

  it('finds no scene that is over, belongs to another mini-program or was never made', async () => {
    await put('over', { expiresAt: new Date(Date.now() - 1_000) });
    await put('theirs', { appid: OTHER });
    await put('soon', { expiresAt: new Date(Date.now() + 60_000) });
    const { token } = await logIn(hub());
    for (const scene of ['over', 'theirs', 'never', '😀', '$gt', '__proto__']) {
      const { error, message } = await open(scene, token);
      assert.deepEqual([error, /not known here/.test(message)], ['NOT_FOUND', true], scene);
    }
    assert.equal((await open('soon', token)).code, 1);
    assert.equal((await open('theirs', (await logIn(hub(), { appid: OTHER })).token)).code, 1);
    await hub().app.scans.flush();
    assert.deepEqual(await Promise.all(['over', 'theirs', 'soon'].map(scans)), [0, 1, 1]);
  });

  it('needs a login, and takes 32 characters', async () => {
    await put('abc');
    assert.equal(await hub().fails('GET', '/api/scene/abc'), 'UNAUTHENTICATED');
    const { token } = await logIn(hub());
    assert.equal(await hub().fails('GET', `/api/scene/${'x'.repeat(33)}`, undefined, token), 'INVALID_ARGUMENT');
  });
});
