import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import mm from 'egg-mock';
import { useApp } from '../support/app';
import { MINI, OFFICIAL, Scratch } from '../support/environment';
import { until } from '../support/until';
import { decrypt, securePush, textXml } from '../support/wechat';

const UPLOAD = '/cgi-bin/media/upload';
const SEND = '/cgi-bin/message/custom/send';
const KEY = 'test-api-key-1';

describe('images in app/public', () => {
  const hub = useApp();
  const scratch = new Scratch();
  const dir = scratch.path('public');
  beforeEach(() => {
    mkdirSync(dir, { recursive: true });
    writeFileSync(`${dir}/qr.png`, 'the bytes of a picture');
    mm(hub().app.config.static, 'dir', dir);
  });
  afterEach(() => {
    mm.restore();
    rmSync(dir, { recursive: true });
  });
  after(() => scratch.remove());

  async function setRule(via: string, message: object): Promise<void> {
    await hub().app.model.ReplyRule.create({ _id: 'image', order: 1, enabled: true, when: { type: 'text' }, reply: { via, message } });
    await hub().app.rules.refresh();
  }
  async function push(app: { appid: string; token: string; aesKey: string }, plain: string): Promise<string> {
    const { query, body } = securePush(app, plain);
    const answer = await (await fetch(`${hub().url}/message/check/${app.appid}?${query}`, { method: 'POST', body })).text();
    const encrypted = /<Encrypt><!\[CDATA\[(.+?)\]\]><\/Encrypt>/.exec(answer)?.[1];
    return encrypted ? decrypt(app, encrypted).plain : answer;
  }
  const uploads = () => hub().sandbox.count(UPLOAD);
  const mediaIds = async () => (await hub().app.model.Media.find({}).lean()).map(({ mediaId }) => mediaId);
  async function withWindow(): Promise<string> {
    const { openid } = await hub().sandbox.post('/login-code');
    await hub().sandbox.post('/window', { openid });
    return openid;
  }
  const delivered = async (openid: string, appid: string = MINI.appid) => {
    const { messages } = await until(
      () => hub().sandbox.call<{ messages: Array<{ message: Record<string, unknown> }> }>('GET', `/messages?openid=${openid}&appid=${appid}`), found => found.messages.length > 0,
    );
    return messages[0].message;
  };

  it('are uploaded for the messages that name them, once in their 3 days', async () => {
    await setRule('custom', { msgtype: 'image', image: { path: 'qr.png' } });
    const people = [await withWindow(), await withWindow()];
    for (const openid of people) {
      await push(MINI, textXml(openid, 'hi', 1));
      assert.deepEqual(await delivered(openid), { media_id: (await mediaIds())[0] });
    }
    assert.equal(await uploads(), 1);
  });

  it('are uploaded for the cards of mini-programs', async () => {
    const openid = await withWindow();
    const message = { msgtype: 'miniprogrampage', miniprogrampage: { title: 'Shop', pagepath: 'pages/shop', thumb_path: '/public/qr.png' } };
    await hub().ok('POST', '/api/server/messages/custom', { openid, message }, KEY);
    assert.deepEqual(await delivered(openid), { title: 'Shop', pagepath: 'pages/shop', thumb_media_id: (await mediaIds())[0] });
  });

  it('are uploaded for passive replies', async () => {
    await setRule('passive', { msgtype: 'image', image: { path: 'qr.png' } });
    const answer = await push(OFFICIAL, textXml('o-fan', 'hi', 7));
    assert.match(answer, new RegExp(`<Image><MediaId><!\\[CDATA\\[${(await mediaIds())[0]}\\]\\]></MediaId></Image>`));
    assert.equal(await hub().app.model.Outbox.countDocuments({}), 0);
  });

  it('follow as a customer-service message when WeChat does not take them in time', async () => {
    await setRule('passive', { msgtype: 'image', image: { path: 'qr.png' } });
    for (const [index, fault] of [{ errcode: -1 }, { delayMs: 3_000 }].entries()) {
      writeFileSync(`${dir}/qr.png`, `picture ${index}`);
      await hub().sandbox.post('/faults', { path: UPLOAD, ...fault, times: 1 });
      const { openid } = await hub().sandbox.post('/follow', { appid: OFFICIAL.appid, openid: `o-follower-${index}`, following: true });
      await hub().sandbox.post('/window', { appid: OFFICIAL.appid, openid });
      assert.equal(await push(OFFICIAL, textXml(openid, 'hi', 8)), 'success');
      assert.deepEqual(await delivered(openid, OFFICIAL.appid), { media_id: (await mediaIds())[index] });
    }
  });

  it('are waited for when they are missing, and named in the error', async () => {
    const openid = await withWindow();
    const { id } = await hub().ok('POST', '/api/server/messages/custom', { openid, message: { msgtype: 'image', image: { path: 'new.png' } } }, KEY);
    const row = await until(() => hub().app.model.Outbox.findById(id).lean(), found => found?.attempts === 1);
    assert.deepEqual([row?.state, row?.lastError?.message], ['ready', 'path names no file in app/public']);
    writeFileSync(`${dir}/new.png`, 'another picture');
    assert.deepEqual(await delivered(openid), { media_id: (await mediaIds())[0] });
    assert.equal(await hub().sandbox.count(SEND), 1);
  });

  it('are uploaded by path for other backends, which cannot reach other files', async () => {
    const upload = (path: string) => hub().call<{ mediaId: string }>('POST', '/api/server/media', { type: 'image', path }, KEY);
    const { data } = await upload('/public/qr.png');
    assert.deepEqual([data.mediaId], await mediaIds());
    for (const path of ['../apps.json', '/etc/passwd', 'missing.png']) {
      const { error, message } = await upload(path);
      assert.deepEqual([error, message], ['INVALID_ARGUMENT', 'path names no file in app/public']);
    }
  });
});
