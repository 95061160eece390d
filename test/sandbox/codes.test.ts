import assert from 'node:assert/strict';
import { inflateSync } from 'node:zlib';
import { MINI, OFFICIAL, openSandbox } from './support';
import type { TestSandbox } from './support';

describe('sandbox: codes and links', () => {
  let sandbox: TestSandbox;
  let access_token: string;
  before(async () => { sandbox = await openSandbox(); });
  after(() => sandbox.close());
  beforeEach(async () => {
    await sandbox.control('POST', '/reset', {});
    access_token = await sandbox.token();
  });

  const draw = (body: object, token = access_token) => fetch(`${sandbox.url}/wxa/getwxacodeunlimit?access_token=${token}`, { method: 'POST', body: JSON.stringify(body) });
  const errcode = async (path: string, body: object) => (await sandbox.post(path, { access_token }, body)).errcode as unknown as number;

  it('draws a JPEG of the width that is asked for', async () => {
    const answer = await draw({ scene: 'a=1', page: 'pages/index/index', width: 301 });
    assert.equal(answer.headers.get('content-type'), 'image/jpeg');
    const bytes = Buffer.from(await answer.arrayBuffer());
    assert.deepEqual([...bytes.subarray(0, 2), ...bytes.subarray(-2)], [0xff, 0xd8, 0xff, 0xd9]);
    const frame = bytes.indexOf(Buffer.from([0xff, 0xc0]));
    assert.deepEqual([bytes.readUInt16BE(frame + 5), bytes.readUInt16BE(frame + 7)], [301, 301]);
    assert.ok(bytes.includes(JSON.stringify({ appid: MINI.appid, scene: 'a=1', page: 'pages/index/index' })));
    const other = Buffer.from(await (await draw({ scene: 'a=2', width: 301 })).arrayBuffer());
    assert.ok(!other.equals(bytes));
  });

  it('draws a transparent PNG', async () => {
    const answer = await draw({ scene: 'a=1', width: 280, is_hyaline: true });
    assert.equal(answer.headers.get('content-type'), 'image/png');
    const bytes = Buffer.from(await answer.arrayBuffer());
    assert.equal(bytes.toString('latin1', 1, 4), 'PNG');
    assert.deepEqual([bytes.readUInt32BE(16), bytes.readUInt32BE(20)], [280, 280]);
    const data = bytes.indexOf('IDAT');
    assert.equal(inflateSync(bytes.subarray(data + 4, data + 4 + bytes.readUInt32BE(data - 4))).length, 281 * 280 + 280 * 280);
  });

  it('remembers the codes that were made, the last one first, with their pictures', async () => {
    for (const body of [{ scene: 'a/1?b', page: 'pages/index/index' }, { scene: 'c' }, { scene: 'a/1?b', page: 'pages/table/table' }]) await draw(body);
    assert.equal(await errcode('/wxa/getwxacodeunlimit', { scene: '100%' }), 40129);
    const { qrcodes } = await sandbox.control('GET', '/qrcodes');
    assert.deepEqual((qrcodes as unknown as Array<{ appid: string; scene: string; page: string }>).map(({ appid, scene, page }) => [appid, scene, page]), [
      [MINI.appid, 'a/1?b', 'pages/table/table'], [MINI.appid, 'c', ''],
    ]);
    const picture = await fetch(`${sandbox.url}/sandbox/api/qrcodes/${MINI.appid}/${encodeURIComponent('a/1?b')}`);
    assert.equal(picture.headers.get('content-type'), 'image/png');
    assert.ok(Buffer.from(await picture.arrayBuffer()).includes(JSON.stringify({ appid: MINI.appid, scene: 'a/1?b', page: 'pages/table/table' })));
    assert.equal((await sandbox.envelope('GET', `/qrcodes/${MINI.appid}/unknown`)).error, 'NOT_FOUND');
    assert.equal((await sandbox.envelope('GET', `/qrcodes?appid=${OFFICIAL.appid}`)).error, 'INVALID_ARGUMENT');
    for (let index = 0; index < 205; index++) await draw({ scene: `n${index}`, width: 280 });
    assert.equal((await sandbox.control('GET', '/qrcodes')).qrcodes.length as unknown as number, 200);
  });

  it('refuses scenes, pages and arguments with errcodes of their own', async () => {
    const code = (body: object) => errcode('/wxa/getwxacodeunlimit', body);
    const asked: Array<[object, number]> = [
      [{}, 40169], [{ scene: '' }, 40169], [{ scene: 'x'.repeat(33) }, 40169], [{ scene: 1 }, 40169], [{ scene: '100%' }, 40129], [{ scene: '桌' }, 40129],
      [{ scene: 'a', page: '/pages/index' }, 41030], [{ scene: 'a', page: 'pages/index?x=1' }, 41030], [{ scene: 'a', width: 279 }, 40097], [{ scene: 'a', width: 1281 }, 40097],
      [{ scene: 'a', env_version: 'beta' }, 40097], [{ scene: 'a', is_hyaline: 'yes' }, 40097], [{ scene: 'a', line_color: { r: 256, g: 0, b: 0 } }, 40097], [{ scene: 'scancode_time=1' }, 85096],
    ];
    for (const [body, wanted] of asked) assert.equal(await code(body), wanted, JSON.stringify(body));
    await sandbox.control('POST', '/pages', { pages: ['pages/index/index'] });
    assert.equal(await code({ scene: 'a', page: 'pages/new/new' }), 41030);
    for (const more of [{ page: 'pages/index/index' }, { page: 'pages/new/new', check_path: false }, { page: 'pages/new/new', env_version: 'trial' }]) {
      assert.equal((await draw({ scene: 'a', ...more })).headers.get('content-type'), 'image/jpeg');
    }
    assert.equal((await sandbox.post('/wxa/getwxacodeunlimit', { access_token: await sandbox.token(OFFICIAL) }, { scene: 'a' })).errcode, 48001);
  });

  it('makes the three kinds of links', async () => {
    const url = await sandbox.post('/wxa/generate_urllink', { access_token }, { path: 'pages/index/index', query: 'a=1', expire_type: 1, expire_interval: 30 });
    assert.match(String(url.url_link), /^https:\/\/wxaurl\.cn\/\S+$/);
    const scheme = await sandbox.post('/wxa/generatescheme', { access_token }, { jump_wxa: { path: '/pages/index/index', query: '' }, expire_type: 1, expire_interval: 1 });
    assert.match(String(scheme.openlink), /^weixin:\/\/dl\/business\/\?t=\S+$/);
    const short = await sandbox.post('/wxa/genwxashortlink', { access_token }, { page_url: 'pages/index/index?a=1', page_title: '标题😀', is_permanent: false });
    assert.match(String(short.link), /^#小程序:\/\/\S+$/u);
  });

  it('refuses links with errcodes of their own', async () => {
    const days = { expire_type: 1, expire_interval: 30 };
    const asked: Array<[string, object, number]> = [
      ['generate_urllink', { ...days, path: 'pages index' }, 40165], ['generate_urllink', { ...days, query: '名=1' }, 40212], ['generate_urllink', { ...days, env_version: 'beta' }, 85402],
      ['generate_urllink', { expire_type: 1, expire_interval: 31 }, 85401], ['generate_urllink', { expire_type: 1, expire_interval: 0 }, 85401],
      ['generate_urllink', { expire_type: 0, expire_time: Math.floor(Date.now() / 1000) + 30 }, 85401],
      ['generatescheme', { ...days, jump_wxa: { path: 'a?b' } }, 40165], ['generatescheme', { ...days, jump_wxa: { query: 'x'.repeat(1_025) } }, 40212],
      ['genwxashortlink', {}, 40066], ['genwxashortlink', { page_url: 'pages/index', page_title: '' }, 40225],
    ];
    for (const [path, body, wanted] of asked) assert.equal(await errcode(`/wxa/${path}`, body), wanted, `${path} ${JSON.stringify(body)}`);
  });

  it('counts the two kinds of links for outside together, by the second and by the day', async () => {
    const days = { expire_type: 1, expire_interval: 30 };
    await sandbox.control('POST', '/limits', { path: '/wxa/generate_urllink', perDay: 2, perSecond: null });
    assert.deepEqual([await errcode('/wxa/generate_urllink', days), await errcode('/wxa/generatescheme', days), await errcode('/wxa/generatescheme', days)], [0, 0, 44993]);
    await sandbox.control('POST', '/limits', { path: '/wxa/generate_urllink', perDay: null, perSecond: 0 });
    assert.equal(await errcode('/wxa/generate_urllink', days), 44990);
    await sandbox.control('POST', '/limits', { path: '/wxa/getwxacodeunlimit', perMinute: 0 });
    assert.equal(await errcode('/wxa/getwxacodeunlimit', { scene: 'a' }), 45009);
  });
});
