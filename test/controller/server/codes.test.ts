import assert from 'node:assert/strict';
import { useApp } from '../../support/app';
import { logIn } from '../../support/actors';
import { MINI, OFFICIAL } from '../../support/environment';
import type { Envelope } from '../../support/client';

const KEY = 'test-api-key-1';
const CODE = '/wxa/getwxacodeunlimit';
const OTHER = 'wxtestplain00000001';
const DAY = 86_400_000;

interface Qrcode { scene: string; contentType: string; image: string; expiresAt: string | null }
interface Link { link: string; expiresAt: string | null }
interface Called { body: Record<string, unknown> }

describe('POST /api/server/qrcodes', () => {
  const hub = useApp();
  const make = (body: unknown) => hub().ok<Qrcode>('POST', '/api/server/qrcodes', body, KEY);
  const fails = async (body: unknown) => {
    const { code, error, message } = await hub().call('POST', '/api/server/qrcodes', body, KEY);
    assert.equal(code, 0, JSON.stringify(body));
    return `${error}: ${message}`;
  };
  const stored = () => hub().app.model.Scene.find({}).lean();
  const sent = async () => (await hub().sandbox.call<{ calls: Called[] }>('GET', `/calls?path=${CODE}`)).calls.map(({ body }) => body);

  it('stores a payload under a short scene of its own, which the code holds', async () => {
    const payload = { table: 7, note: '靠窗 🪟', deep: [{ a: null }], $where: 'a.b' };
    const { scene, contentType, image, expiresAt } = await make({ payload, page: 'pages/table/table' });
    assert.match(scene, /^[A-Za-z0-9]{1,12}$/);
    assert.deepEqual([contentType, expiresAt], ['image/jpeg', null]);
    const bytes = Buffer.from(image, 'base64');
    assert.deepEqual([...bytes.subarray(0, 2), ...bytes.subarray(-2)], [0xff, 0xd8, 0xff, 0xd9]);
    assert.ok(bytes.includes(JSON.stringify({ appid: MINI.appid, scene, page: 'pages/table/table' })));
    const [row] = await stored();
    assert.deepEqual([row._id, row.appid, row.page, row.scans, row.expiresAt, row.openid], [scene, MINI.appid, 'pages/table/table', 0, undefined, undefined]);
    const { token } = await logIn(hub());
    assert.deepEqual(await hub().ok('GET', `/api/scene/${scene}`, undefined, token), { payload });
  });

  it('passes the code\'s looks on to WeChat', async () => {
    const { contentType } = await make({
      payload: 1, checkPath: false, envVersion: 'trial', width: 280, autoColor: false, lineColor: { r: 1, g: 2, b: 3 }, hyaline: true, expiresInDays: 3,
    });
    assert.equal(contentType, 'image/png');
    const [body] = await sent();
    assert.deepEqual({ ...body, scene: '' }, {
      scene: '', check_path: false, env_version: 'trial', width: 280, auto_color: false, line_color: { r: 1, g: 2, b: 3 }, is_hyaline: true,
    });
    const [{ expiresAt }] = await stored();
    assert.ok(Math.abs(Number(expiresAt) - Date.now() - 3 * DAY) < 60_000);
  });

  it('takes a caller\'s scene, counts its scans, and makes another code of it', async () => {
    const scene = 'shop=7&from=!#$\'()*+,/:;?@-._~';
    assert.deepEqual([(await make({ scene })).scene, (await stored()).length], [scene, 1]);
    const { token } = await logIn(hub());
    assert.deepEqual(await hub().ok('GET', `/api/scene/${encodeURIComponent(scene)}`, undefined, token), { payload: null });
    const first = await make({ payload: { a: 1 } });
    const again = await make({ scene: first.scene, width: 800, expiresInDays: 1 });
    assert.equal(again.scene, first.scene);
    assert.ok(Math.abs(Date.parse(String(again.expiresAt)) - Date.now() - DAY) < 60_000);
    assert.deepEqual(await hub().ok('GET', `/api/scene/${first.scene}`, undefined, token), { payload: { a: 1 } });
  });

  it('refuses a scene that another app has', async () => {
    await make({ scene: 'home', expiresInDays: 2 });
    const other = await make({ appid: OTHER, scene: 'home', expiresInDays: 9 });
    assert.equal(other.expiresAt, null);
    const [row, ...more] = await stored();
    assert.deepEqual([row.appid, more.length], [MINI.appid, 0]);
    await hub().app.model.Scene.updateOne({ _id: 'home' }, { $set: { expiresAt: new Date(Date.now() - 1_000) } });
    await make({ appid: OTHER, scene: 'home' });
    assert.deepEqual((await stored()).map(({ appid }) => appid), [OTHER], 'what is over is nobody\'s');
  });

  it('stores the person of a code, who must be known in this mini-program', async () => {
    const { openid } = await logIn(hub());
    await make({ payload: 1, openid });
    assert.equal((await stored())[0].openid, openid);
    assert.match(await fails({ payload: 1, openid: 'oNobody' }), /^NOT_FOUND: Nobody with this openid/);
    assert.match(await fails({ payload: 1, openid, appid: OTHER }), /^NOT_FOUND/);
    assert.equal((await stored()).length, 1);
  });

  it('stores nothing for a person who is erased while WeChat draws', async () => {
    const { openid } = await logIn(hub());
    await hub().sandbox.post('/faults', { path: CODE, delayMs: 300 });
    const made = fails({ payload: 1, openid });
    while (await hub().sandbox.call<{ faults: Array<{ used: number }> }>('GET', '/faults').then(({ faults }) => faults[0].used === 0)) await new Promise(setImmediate);
    await hub().app.model.Openid.deleteMany({ openid });
    assert.match(await made, /^NOT_FOUND/);
    assert.deepEqual(await stored(), []);
  });

  it('refuses requests of which no code can be made, before WeChat is asked', async () => {
    const wrong: Array<[unknown, RegExp]> = [
      [{}, /either payload or scene/], [{ payload: 1, scene: 'a' }, /either payload or scene/], [{ scene: 'a%20b' }, /no %/], [{ scene: '' }, /1 to 32/],
      [{ scene: 'x'.repeat(33) }, /1 to 32/], [{ scene: '桌号😀' }, /1 to 32/], [{ payload: 'x'.repeat(4_095) }, /4097 bytes long as JSON; at most 4096/],
      [{ payload: { a: '\ud83d' } }, /half of a character/], [{ payload: 1, page: '/pages/index' }, /page must not begin with a slash/],
      [{ payload: 1, page: 'pages/index?a=1' }, /page must not hold a query/], [{ payload: 1, width: 279 }, /width/], [{ payload: 1, width: '430' }, /width/],
      [{ payload: 1, lineColor: { r: 256, g: 0, b: 0 } }, /lineColor/], [{ payload: 1, expiresInDays: 0 }, /expiresInDays/], [{ payload: 1, envVersion: 'beta' }, /envVersion/],
      [{ payload: 1, openid: { $gt: '' } }, /openid/], [{ scene: { $gt: '' } }, /scene/], [{ payload: 1, appid: OFFICIAL.appid }, /mini-program/],
    ];
    for (const [body, why] of wrong) {
      const said = await fails(body);
      assert.match(said, /^INVALID_ARGUMENT: /, JSON.stringify(body));
      assert.match(said, why);
    }
    assert.match(await fails({ payload: 1, appid: 'wxnobody' }), /^NOT_FOUND/);
    assert.equal(await hub().fails('POST', '/api/server/qrcodes', { payload: 1 }), 'UNAUTHENTICATED');
    assert.deepEqual([await hub().sandbox.count(CODE), await stored()], [0, []]);
  });

  it('takes 4,096 bytes of payload', async () => {
    const payload = { a: `${'🪟'.repeat(1_021)}xxxx` };
    assert.equal(Buffer.byteLength(JSON.stringify(payload)), 4_096);
    const { scene } = await make({ payload });
    const { token } = await logIn(hub());
    assert.deepEqual(await hub().ok('GET', `/api/scene/${scene}`, undefined, token), { payload });
  });

  it('makes another scene when the first one is taken', async () => {
    // Two scenes cannot be made to collide: this test writes the first one itself while WeChat draws.
    await hub().sandbox.post('/faults', { path: CODE, delayMs: 300 });
    const made = make({ payload: 'mine' });
    let first: string | undefined;
    const { model } = hub().app;
    const { insertOne } = model.Scene.collection;
    const meet = async function(this: unknown, document: { _id: string }, ...more: unknown[]) {
      if (first === undefined) await insertOne.call(model.Scene.collection, { ...document, _id: first = document._id, payload: 'another\'s' } as never);
      return insertOne.call(model.Scene.collection, document as never, ...more as []);
    };
    Object.assign(model.Scene.collection, { insertOne: meet });
    const { scene } = await made.finally(() => Object.assign(model.Scene.collection, { insertOne }));
    assert.notEqual(scene, first);
    assert.deepEqual((await stored()).map(({ payload }) => payload).sort(), ['another\'s', 'mine']);
    assert.equal(await hub().sandbox.count(CODE), 2);
  });

  it('recognises JSON and images whatever their content type', async () => {
    await hub().sandbox.post('/faults', { path: CODE, status: 200, contentType: 'image/jpeg', body: '{"errcode":41030,"errmsg":"invalid page rid: 1-2-3"}' });
    assert.match(await fails({ payload: 1 }), /^WECHAT_ERROR: WeChat does not know the page/);
    for (const body of ['<html></html>', '', '{"errcode":0,"errmsg":"ok"}', 'nonsense']) {
      await hub().sandbox.post('/faults', { path: CODE, status: 200, contentType: 'text/html', body });
      assert.match(await fails({ payload: 1 }), /^WECHAT_BUSY/, body);
    }
    await hub().sandbox.post('/faults', { path: CODE, truncate: true });
    assert.match(await fails({ payload: 1 }), /^WECHAT_BUSY/);
    assert.deepEqual(await stored(), []);
  });

  it('renews an access_token that WeChat refuses', async () => {
    await make({ payload: 1 });
    await hub().sandbox.post('/tokens/revoke');
    await make({ payload: 2 });
    assert.equal((await stored()).length, 2);
  });
});

describe('POST /api/server/links', () => {
  const hub = useApp();
  const make = (body: unknown) => hub().ok<Link>('POST', '/api/server/links', body, KEY);
  const inDays = ({ expiresAt }: Link) => Math.round((Date.parse(String(expiresAt)) - Date.now()) / DAY);
  const sent = async (path: string) => (await hub().sandbox.call<{ calls: Called[] }>('GET', `/calls?path=${path}`)).calls.at(-1)?.body;

  it('makes links for use outside WeChat', async () => {
    const url = await make({ kind: 'url', path: '/pages/index/index', query: 'a=1&b=%E9%9D%A0', envVersion: 'trial', expiresInDays: 7 });
    assert.match(url.link, /^https:\/\//);
    assert.equal(inDays(url), 7);
    assert.deepEqual(await sent('/wxa/generate_urllink'), { path: '/pages/index/index', query: 'a=1&b=%E9%9D%A0', env_version: 'trial', is_expire: true, expire_type: 1, expire_interval: 7 });
    const scheme = await make({ kind: 'scheme', path: 'pages/index/index' });
    assert.match(scheme.link, /^weixin:\/\//);
    assert.equal(inDays(scheme), 30);
    assert.deepEqual(await sent('/wxa/generatescheme'), { jump_wxa: { path: 'pages/index/index', query: '' }, is_expire: true, expire_type: 1, expire_interval: 30 });
    assert.match((await make({ kind: 'url' })).link, /^https:/);
  });

  it('makes short ones, for 30 days or for ever', async () => {
    const short = await make({ kind: 'short', path: 'pages/index/index', query: 'a=1', title: '标题😀' });
    assert.match(short.link, /^#小程序:\/\//u);
    assert.equal(inDays(short), 30);
    assert.deepEqual(await sent('/wxa/genwxashortlink'), { page_url: 'pages/index/index?a=1', page_title: '标题😀', is_permanent: false });
    assert.equal((await make({ kind: 'short', path: 'pages/index/index', permanent: true })).expiresAt, null);
  });

  it('refuses requests of which no link can be made, before WeChat is asked', async () => {
    const wrong: Array<[unknown, RegExp]> = [
      [{}, /kind/], [{ kind: 'long' }, /url, scheme or short/], [{ kind: 'url', path: 'a?b=1' }, /as query/], [{ kind: 'url', path: 'a b' }, /no path of a page/], [{ kind: 'url', query: '名=😀' }, /URL-encode/],
      [{ kind: 'url', query: 'x'.repeat(1_025) }, /1024/], [{ kind: 'url', expiresInDays: 31 }, /1 to 30/], [{ kind: 'url', expiresInDays: 1.5 }, /1 to 30/], [{ kind: 'url', title: 'x' }, /title is for links of the kind short/],
      [{ kind: 'scheme', permanent: true }, /permanent is for/], [{ kind: 'short' }, /needs a path/], [{ kind: 'short', path: 'a', expiresInDays: 3 }, /expiresInDays is not for short/],
      [{ kind: 'short', path: 'a', envVersion: 'trial' }, /envVersion is not for short/], [{ kind: 'short', path: 'a'.repeat(600), query: 'b'.repeat(600) }, /1024/], [{ kind: 'url', appid: OFFICIAL.appid }, /mini-program/],
    ];
    for (const [body, why] of wrong) {
      const { error, message } = await hub().call('POST', '/api/server/links', body, KEY);
      assert.equal(error, 'INVALID_ARGUMENT', JSON.stringify(body));
      assert.match(message, why);
    }
    assert.equal(await hub().fails('POST', '/api/server/links', { kind: 'url' }), 'UNAUTHENTICATED');
    const { total } = await hub().sandbox.call<{ total: number }>('GET', '/calls?path=/wxa/generate_urllink');
    assert.equal(total, 0);
  });
});

describe('WeChat\'s refusals of codes, links and checks', () => {
  const hub = useApp();
  const PERSON = { openid: 'oSomebody', scene: 'comment' };
  const CALLS: Array<[path: string, call: string, body: object]> = [
    ['/wxa/getwxacodeunlimit', '/api/server/qrcodes', { scene: 'a' }],
    ['/wxa/generate_urllink', '/api/server/links', { kind: 'url' }],
    ['/wxa/generatescheme', '/api/server/links', { kind: 'scheme' }],
    ['/wxa/genwxashortlink', '/api/server/links', { kind: 'short', path: 'a' }],
    ['/wxa/msg_sec_check', '/api/server/security/text', { ...PERSON, content: 'x' }],
    ['/wxa/media_check_async', '/api/server/security/media', { ...PERSON, url: 'http://8.8.8.8/a.png', type: 'image' }],
  ];

  async function ask(call: string, body: object, language: string): Promise<Envelope<{ errcode: number; errmsg: string }>> {
    const response = await fetch(`${hub().url}${call}`, {
      method: 'POST', headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json', 'accept-language': language }, body: JSON.stringify(body),
    });
    return await response.json() as Envelope<{ errcode: number; errmsg: string }>;
  }

  for (const [path, call, body] of CALLS) {
    it(`is WECHAT_BUSY when ${path} is busy`, async () => {
      for (const fault of [{ status: 502 }, { reset: 'after' }]) {
        await hub().sandbox.post('/faults', { path, ...fault });
        assert.equal((await ask(call, body, 'en')).error, 'WECHAT_BUSY', JSON.stringify(fault));
      }
    });
  }

  it('keep WeChat\'s own words where there is no explanation', async () => {
    await hub().sandbox.post('/faults', { path: '/wxa/generate_urllink', errcode: 99999, errmsg: 'something new' });
    const answer = await ask('/api/server/links', { kind: 'url' }, 'en');
    assert.deepEqual([answer.message, answer.data], ['WeChat refused the call: 99999 something new', { errcode: 99999, errmsg: 'something new' }]);
  });

  it('tell that the person must open the mini-program again, without a retry', async () => {
    await hub().sandbox.post('/faults', { path: '/wxa/msg_sec_check', errcode: 61010, times: 0 });
    const { message } = await ask('/api/server/security/text', { ...PERSON, content: 'x' }, 'en');
    assert.match(message, /ask them to open it again/);
    assert.equal(await hub().sandbox.count('/wxa/msg_sec_check'), 1);
    assert.match((await ask('/api/server/security/text', { ...PERSON, content: 'x' }, 'zh')).message, /重新打开小程序/);
  });
});
