import assert from 'node:assert/strict';
import { useApp } from '../../support/app';
import { logIn } from '../../support/actors';
import { Console } from '../../support/console';
import { MINI, OFFICIAL } from '../../support/environment';
import { securePush, textXml } from '../../support/wechat';

interface App {
  appid: string; kind: string; name: string; pushMode: string; token: string; aesKey: string | null; pushPath: string; readOnly: boolean; source: string;
  lastPush: { at: string; detail: string } | null; lastRefused: { detail: string } | null; problem: string | null;
}

const AES_KEY = 'bmV3LWFwcC1hZXMta2V5LTMyLWJ5dGVzLWxvbmctISE';
const SHOP = { appid: 'wxshop00000000001', kind: 'miniprogram', name: 'Shop', secret: 'the-secret-of-the-shop', aesKey: AES_KEY };

describe('/console/api/apps', () => {
  const hub = useApp();
  const find = async (admin: Console, appid: string) => (await admin.ok<{ items: App[] }>('GET', '/apps?limit=200')).items.find(app => app.appid === appid) as App;
  const push = async (app: { appid: string; token: string; aesKey: string }, content = 'hi') => {
    const { query, body } = securePush(app as never, textXml('o-shop', content, Date.now()));
    return (await fetch(`${hub().url}/message/check/${app.appid}?${query}`, { method: 'POST', body })).status;
  };
  afterEach(async () => {
    await hub().app.model.WechatApp.deleteMany({});
    await hub().app.storedApps.refresh();
  });

  it('uses an app that was added: its people log in, its pushes are taken', async () => {
    const admin = await Console.as(hub());
    const app = await admin.ok<App>('POST', '/apps', SHOP);
    assert.match(app.token, /^[0-9a-f]{32}$/);
    assert.deepEqual([app.pushMode, app.aesKey, app.pushPath, app.readOnly, app.source], ['secure', AES_KEY, `/message/check/${SHOP.appid}`, false, 'console']);
    assert.ok((await logIn(hub(), { appid: SHOP.appid })).token);
    assert.equal(await push({ appid: SHOP.appid, token: app.token, aesKey: AES_KEY }), 200);
    assert.equal(await push({ appid: SHOP.appid, token: 'another', aesKey: AES_KEY }), 403);
    await hub().app.pushNotes.write();
    const { lastPush, lastRefused } = await find(admin, SHOP.appid);
    assert.equal(lastPush?.detail, 'text');
    assert.match(String(lastRefused?.detail), /signature does not fit/);
    const lines = () => hub().app.model.AuditLog.countDocuments({ action: 'app.create' });
    assert.equal(await lines(), 1);
    assert.equal(await admin.fails('POST', '/apps', SHOP), '409 CONFLICT');
    assert.equal(await admin.fails('POST', '/apps', { ...SHOP, appid: MINI.appid }), '409 CONFLICT');
    assert.equal(await lines(), 1, 'what was refused is no change');
  });

  it('changes and removes an app', async () => {
    const admin = await Console.as(hub());
    await admin.ok('POST', '/apps', SHOP);
    const changed = await admin.ok<App>('PATCH', `/apps/${SHOP.appid}`, { name: 'Another', aesKey: null, pushMode: 'plain', token: 'token123' });
    assert.deepEqual([changed.name, changed.aesKey, changed.pushMode, changed.token], ['Another', null, 'plain', 'token123']);
    assert.equal(hub().app.wechatApps.find(SHOP.appid)?.crypt, undefined);
    assert.equal(hub().app.wechatApps.find(SHOP.appid)?.secret, SHOP.secret);
    assert.equal(await admin.fails('PATCH', `/apps/${SHOP.appid}`, { pushMode: 'secure' }), '400 INVALID_ARGUMENT');
    assert.equal(await admin.fails('PATCH', `/apps/${SHOP.appid}`, { kind: 'official' }), '400 INVALID_ARGUMENT');
    await admin.ok('DELETE', `/apps/${SHOP.appid}`);
    assert.equal(hub().app.wechatApps.find(SHOP.appid), undefined);
    assert.equal(await push({ appid: SHOP.appid, token: 'token123', aesKey: AES_KEY }), 404);
    assert.equal(await admin.fails('PATCH', `/apps/${SHOP.appid}`, { name: 'x' }), '404 NOT_FOUND');
  });

  it('does not change an app of the configuration', async () => {
    const admin = await Console.as(hub());
    const app = await find(admin, OFFICIAL.appid);
    assert.deepEqual([app.readOnly, app.source, app.token, app.pushPath], [true, 'configuration', OFFICIAL.token, `/official/callback/${OFFICIAL.appid}`]);
    assert.equal(await admin.fails('PATCH', `/apps/${MINI.appid}`, { name: 'x' }), '403 FORBIDDEN');
    assert.equal(await admin.fails('DELETE', `/apps/${MINI.appid}`), '403 FORBIDDEN');
    // The default apps stay the same.
    await admin.ok('POST', '/apps', { ...SHOP, appid: '0-first' });
    assert.equal(hub().app.wechatApps.defaultOf('miniprogram')?.appid, MINI.appid);
  });

  it('never shows or stores the secrets in clear', async () => {
    const admin = await Console.as(hub());
    const shown = JSON.stringify([await admin.ok('POST', '/apps', SHOP), await admin.ok('GET', '/apps?limit=200'), await admin.ok('GET', '/audit')]);
    for (const secret of [SHOP.secret, MINI.secret]) assert.ok(!shown.includes(secret));
    const { db } = hub().app.mongoose.connection;
    const stored = JSON.stringify(await Promise.all(['apps', 'auditLog'].map(name => db?.collection(name).find().toArray())));
    for (const secret of [SHOP.secret, AES_KEY, hub().app.wechatApps.find(SHOP.appid)?.token ?? '']) assert.ok(!stored.includes(secret));
    assert.match(stored, /"secret":\{"cipher":"v1\./);
    const agent = await Console.as(hub(), 'agent');
    assert.equal(await agent.fails('GET', '/apps'), '403 FORBIDDEN');
  });

  it('shows an app whose secrets cannot be decrypted as such, and does not use it', async () => {
    const admin = await Console.as(hub());
    await admin.ok('POST', '/apps', SHOP);
    const other = await hub().app.model.WechatApp.findById(SHOP.appid).lean<{ token: object }>();
    await hub().app.model.WechatApp.updateOne({ _id: SHOP.appid }, { $set: { secret: other?.token } });
    await hub().app.storedApps.refresh();
    assert.equal(hub().app.wechatApps.find(SHOP.appid), undefined);
    assert.match(String((await find(admin, SHOP.appid)).problem), /stored in a place it was not encrypted for/);
    const mended = await admin.ok<App>('PATCH', `/apps/${SHOP.appid}`, { secret: 'another-secret' });
    assert.equal(mended.problem, null);
    assert.equal(hub().app.wechatApps.find(SHOP.appid)?.secret, 'another-secret');
  });

  it('checks an app, and shows its menu', async () => {
    const admin = await Console.as(hub());
    const { checks } = await admin.ok<{ checks: Array<{ name: string; state: string }> }>('POST', `/apps/${MINI.appid}/check`);
    assert.ok(checks.some(({ name, state }) => name === 'secret' && state === 'ok'), JSON.stringify(checks));
    assert.equal(await admin.fails('POST', '/apps/wxunknown/check'), '404 NOT_FOUND');
    const menu = { button: [{ type: 'click', name: 'Today', key: 'TODAY' }] };
    assert.deepEqual(await admin.ok('PUT', `/apps/${OFFICIAL.appid}/menu`, menu), menu);
    assert.deepEqual((await admin.ok<{ button: object[] }>('GET', `/apps/${OFFICIAL.appid}/menu`)).button.length, 1);
    assert.equal(await admin.fails('PUT', `/apps/${OFFICIAL.appid}/menu`, { button: [{ name: 'no type' }] }), '400 INVALID_ARGUMENT');
    assert.equal(await admin.fails('PUT', `/apps/${MINI.appid}/menu`, menu), '400 INVALID_ARGUMENT');
    assert.equal(await admin.ok('DELETE', `/apps/${OFFICIAL.appid}/menu`), null);
    assert.deepEqual(await admin.ok('GET', `/apps/${OFFICIAL.appid}/menu`), { button: [] });
  });
});
