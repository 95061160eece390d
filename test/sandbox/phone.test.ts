import assert from 'node:assert/strict';
import { ENDPOINTS } from '../../app/sandbox/wechat';
import { readPage } from '../support/markdown';
import { openSandbox, OFFICIAL, MINI } from './support';
import type { TestSandbox } from './support';

/** The smallest PNG: one pixel. */
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';

describe('sandbox: calls of the phone', () => {
  let sandbox: TestSandbox;
  const left: number[] = [];
  const database = { awayUntil: 0, async leave(ms: number) { left.push(ms); this.awayUntil = Date.now() + ms; return left.length === 1; } };
  before(async () => { sandbox = await openSandbox({ database }); });
  after(() => sandbox.close());
  beforeEach(() => sandbox.control('POST', '/reset'));

  it('makes a person with an openid in each app and one unionid, and finds them again', async () => {
    const person = await sandbox.control('POST', '/people', { nickname: '小明' });
    assert.deepEqual([person.nickname, person.miniprogram.appid, person.official.appid, person.official.following], ['小明', MINI.appid, OFFICIAL.appid, false]);
    assert.notEqual(person.miniprogram.openid, person.official.openid);
    for (const { appid, openid } of [person.miniprogram, person.official] as unknown as Array<{ appid: string; openid: string }>) {
      assert.equal((await sandbox.control('GET', `/users/${appid}/${openid}`)).unionid, person.unionid);
    }
    assert.deepEqual(await sandbox.control('POST', '/people', { unionid: person.unionid }), person);
    assert.equal((await sandbox.envelope('POST', '/people', { official: MINI.appid })).error, 'INVALID_ARGUMENT');
  });

  it('has no openid for a person where there is no official account', async () => {
    const alone = await openSandbox({ apps: [MINI] });
    assert.equal((await alone.control('POST', '/people')).official, null);
    assert.equal((await alone.envelope('GET', '/menu')).error, 'NOT_FOUND');
    await alone.close();
  });

  it('shows the published menu', async () => {
    assert.deepEqual(await sandbox.control('GET', '/menu'), { appid: OFFICIAL.appid, button: [] });
    const button = [{ type: 'click', name: 'Today', key: 'TODAY' }];
    assert.equal((await sandbox.post('/cgi-bin/menu/create', { access_token: await sandbox.token(OFFICIAL) }, { button })).errcode, 0);
    assert.deepEqual((await sandbox.control('GET', '/menu')).button, button);
  });

  it('keeps a person\'s picture, shows it, and lets the server fetch it', async () => {
    const { mediaId, url } = await sandbox.control('POST', '/media', { contentType: 'image/png', content: PIXEL });
    assert.equal(String(url), `http://127.0.0.1:9/sandbox/api/media/${MINI.appid}/${String(mediaId)}`);
    const shown = await fetch(`${sandbox.url}/sandbox/api/media/${MINI.appid}/${String(mediaId)}`);
    assert.deepEqual([shown.headers.get('content-type'), Buffer.from(await shown.arrayBuffer()).toString('base64')], ['image/png', PIXEL]);
    const query = new URLSearchParams({ access_token: await sandbox.token(), media_id: String(mediaId) });
    assert.equal(Buffer.from(await (await fetch(`${sandbox.url}/cgi-bin/media/get?${query}`)).arrayBuffer()).toString('base64'), PIXEL);
    for (const bad of [{ contentType: 'image/svg+xml', content: PIXEL }, { contentType: 'image/png', content: '<svg/>' }, { contentType: 'image/png', content: 'A'.repeat(900_004) }]) {
      assert.equal((await sandbox.envelope('POST', '/media', bad)).error, 'INVALID_ARGUMENT');
    }
    assert.equal((await sandbox.envelope('GET', `/media/${OFFICIAL.appid}/${String(mediaId)}`)).error, 'NOT_FOUND');
  });

  it('shows nothing that a browser would run, whatever the server has uploaded', async () => {
    const form = new FormData();
    form.append('media', new Blob(['<script>alert(1)</script>'], { type: 'text/html' }), 'page.png');
    const uploaded = await fetch(`${sandbox.url}/cgi-bin/media/upload?${new URLSearchParams({ access_token: await sandbox.token(), type: 'image' })}`, { method: 'POST', body: form });
    const { media_id } = await uploaded.json() as { media_id: string };
    assert.equal((await sandbox.envelope('GET', `/media/${MINI.appid}/${media_id}`)).error, 'NOT_FOUND');
  });

  it('takes the database away when it has it, once at a time', async () => {
    assert.deepEqual(await sandbox.control('GET', '/database'), { embedded: true, awayUntil: null });
    const { awayUntil } = await sandbox.control('POST', '/database', { awaySeconds: 5 });
    assert.deepEqual([left, (await sandbox.control('GET', '/database')).awayUntil], [[5_000], awayUntil]);
    assert.equal((await sandbox.envelope('POST', '/database', { awaySeconds: 5 })).error, 'INVALID_ARGUMENT');
    const alone = await openSandbox();
    assert.deepEqual(await alone.control('GET', '/database'), { embedded: false, awayUntil: null });
    assert.match(String((await alone.envelope('POST', '/database', { awaySeconds: 5 })).message), /server of its own/);
    await alone.close();
  });

  it('has a sentence in both languages for each call of WeChat that a server may make', () => {
    for (const language of ['zh-CN', 'en']) {
      const texts = readPage(`app/sandbox/page/i18n/${language}.ts`);
      assert.deepEqual([...ENDPOINTS.keys()].filter(path => !texts.includes(`'${path}': '`)), [], language);
    }
  });

  it('reports each push with its content and how it was sent', async () => {
    await sandbox.control('POST', '/push', { message: { MsgType: 'text', Content: 'Hello' }, retries: 0 });
    await sandbox.control('POST', '/push', { message: { MsgType: 'text', Content: 'x'.repeat(20_000) }, forge: 'signature' });
    const { pushes } = await sandbox.control('GET', '/pushes');
    const [first, second] = pushes as unknown as Array<{ mode: string; format: string; forged?: string; message: { Content?: string; omitted?: boolean } }>;
    assert.deepEqual([first.mode, first.format, first.forged, first.message.Content], ['secure', 'json', undefined, 'Hello']);
    assert.deepEqual([second.forged, second.message.omitted], ['signature', true]);
  });
});
