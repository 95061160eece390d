import assert from 'node:assert/strict';
import { MINI, OFFICIAL, openSandbox } from './support';
import type { TestSandbox } from './support';

describe('sandbox: customer service', () => {
  let sandbox: TestSandbox;
  before(async () => { sandbox = await openSandbox(); });
  after(() => sandbox.close());
  beforeEach(async () => {
    await sandbox.control('POST', '/reset');
    await sandbox.control('POST', '/users', { openids: ['o1'], appid: MINI.appid });
  });

  async function send(body: object, app = MINI): Promise<unknown> {
    const answer = await sandbox.post('/cgi-bin/message/custom/send', { access_token: await sandbox.token(app) }, { touser: 'o1', ...body });
    return answer.errcode;
  }
  const hello = { msgtype: 'text', text: { content: 'hello' } };
  async function repeat(count: number, app = MINI): Promise<unknown[]> {
    const codes = [];
    for (let index = 0; index < count; index++) codes.push(await send(hello, app));
    return codes;
  }
  const push = (message: object, kind = 'miniprogram') =>
    sandbox.control('POST', '/push', { kind, mode: 'plain', retries: 0, message: { FromUserName: 'o1', ...message } });
  const advance = (advanceSeconds: number) => sandbox.control('POST', '/clock', { advanceSeconds });

  it('mini-program: a message opens 48 h for 5, entering opens 1 min for 2', async () => {
    assert.equal(await send(hello), 45015);
    await push({ MsgType: 'event', Event: 'user_enter_tempsession' });
    assert.deepEqual(await repeat(3), [0, 0, 45047]);
    await push({ MsgType: 'text', Content: 'hi' });
    assert.deepEqual(await repeat(6), [0, 0, 0, 0, 0, 45047]);
    await push({ MsgType: 'text', Content: 'again' });
    await advance(48 * 3600 + 1);
    assert.equal(await send(hello), 45015);
    const { messages } = await sandbox.control('GET', '/messages?openid=o1');
    const texts = JSON.parse(JSON.stringify(messages)).filter((message: { via: string }) => message.via === 'custom');
    assert.equal(texts.length, 7);
    assert.deepEqual(texts[0].message, { content: 'hello' });
  });

  it('official account: click, subscribe, scan and menu buttons that scan open 1 min for 3', async () => {
    for (const Event of ['CLICK', 'subscribe', 'SCAN', 'scancode_push', 'scancode_waitmsg']) {
      await push({ MsgType: 'event', Event }, 'official');
      assert.deepEqual(await repeat(4, OFFICIAL), [0, 0, 0, 45047], Event);
      await advance(61);
      assert.equal(await send(hello, OFFICIAL), 45015, Event);
    }
    for (const Event of ['VIEW', 'pic_sysphoto', 'location_select']) {
      await push({ MsgType: 'event', Event }, 'official');
      assert.equal(await send(hello, OFFICIAL), 45015, Event);
    }
    await push({ MsgType: 'text', Content: 'hi' }, 'official');
    assert.deepEqual(await repeat(6, OFFICIAL), [0, 0, 0, 0, 0, 45047]);
  });

  it('takes windows and the switch of the quota from a test', async () => {
    await sandbox.control('POST', '/window', { openid: 'o1', seconds: 100, count: 1 });
    assert.deepEqual(await repeat(2), [0, 45047]);
    await sandbox.control('POST', '/window', { openid: 'o1', seconds: 0 });
    assert.equal(await send(hello), 45015);
    await sandbox.control('POST', '/settings', { customQuota: false });
    assert.equal(await send(hello), 0);
  });

  it('refuses what is wrong in a message', async () => {
    await sandbox.control('POST', '/window', { openid: 'o1', count: 100 });
    assert.equal(await send({ ...hello, touser: 'nobody' }), 40003);
    assert.equal(await send({ msgtype: 'voice', voice: { media_id: 'x' } }), 40008);
    assert.equal(await send({ msgtype: 'constructor' }), 40008);
    assert.equal(await send({ msgtype: 'text' }), 47003);
    assert.equal(await send({ msgtype: 'text', text: { content: '' } }), 44004);
    assert.equal(await send({ msgtype: 'text', text: { content: '字'.repeat(683) } }), 45002);
    assert.equal(await send({ msgtype: 'image', image: { media_id: 'x' } }), 40007);
    assert.equal(await send({ msgtype: 'link', link: { title: 't', description: 'd' } }), 47003);
    assert.equal(await send({ msgtype: 'link', link: { title: 't', description: 'd', url: 'https://example.com' } }), 0);
    assert.equal(await send({ msgtype: 'miniprogrampage', miniprogrampage: { title: 't', pagepath: 'p', thumb_media_id: 'x' } }), 40007);
    const access_token = await sandbox.token();
    assert.equal((await sandbox.get('/cgi-bin/message/custom/send', { access_token })).errcode, 43002);
    assert.equal((await sandbox.post('/cgi-bin/message/custom/send', { access_token }, '')).errcode, 44002);
    assert.equal((await sandbox.post('/cgi-bin/message/custom/send', {}, hello)).errcode, 41001);
  });

  it('official account: news, music and menus', async () => {
    await sandbox.control('POST', '/window', { openid: 'o1', appid: OFFICIAL.appid, count: 100 });
    const article = { title: 't', description: 'd', url: 'u', picurl: 'p' };
    assert.equal(await send({ msgtype: 'news', news: { articles: [article] } }, OFFICIAL), 0);
    assert.equal(await send({ msgtype: 'news', news: { articles: [article, article] } }, OFFICIAL), 45008);
    assert.equal(await send({ msgtype: 'news', news: { articles: [] } }, OFFICIAL), 44003);
    assert.equal(await send({ msgtype: 'msgmenu', msgmenu: { list: [] } }, OFFICIAL), 47003);
    assert.equal(await send({ msgtype: 'link', link: {} }, OFFICIAL), 40008);
  });

  it('shows typing within 30 s of contact, once', async () => {
    const access_token = await sandbox.token();
    const typing = async (command: string, touser = 'o1') =>
      (await sandbox.post('/cgi-bin/message/custom/typing', { access_token }, { touser, command })).errcode;
    assert.equal(await typing('Typing', 'nobody'), 40003);
    assert.equal(await typing('Typing'), 45080);
    await push({ MsgType: 'text', Content: 'hi' });
    assert.equal(await typing('Dancing'), 45072);
    assert.equal(await typing('Typing'), 0);
    assert.equal(await typing('Typing'), 45081);
    assert.equal(await typing('CancelTyping'), 0);
    assert.equal(await typing('Typing'), 0);
    await advance(31);
    assert.equal(await typing('Typing'), 45080);
  });
});

describe('sandbox: media', () => {
  let sandbox: TestSandbox;
  before(async () => { sandbox = await openSandbox(); });
  after(() => sandbox.close());

  async function upload(type: string, file: Blob | undefined, filename = 'a.png', app = MINI) {
    const form = new FormData();
    form.append('note', 'first');
    if (file) form.append('media', file, filename);
    const query = new URLSearchParams({ access_token: await sandbox.token(app), type });
    const answer = await fetch(`${sandbox.url}/cgi-bin/media/upload?${query}`, { method: 'POST', body: form });
    return await answer.json() as { errcode?: number; media_id: string; type: string; created_at: number };
  }
  const blob = (bytes: number) => new Blob([new Uint8Array(bytes).fill(13)], { type: 'image/png' });

  it('keeps a file for 3 days, byte by byte, for its app only', async () => {
    const bytes = Buffer.from([0, 13, 10, 45, 45, 13, 10, 255]);
    const { media_id, type, created_at } = await upload('image', new Blob([bytes], { type: 'image/png' }));
    assert.equal(type, 'image');
    assert.ok(Math.abs(created_at - Date.now() / 1000) < 5);
    const url = `${sandbox.url}/cgi-bin/media/get?${new URLSearchParams({ access_token: await sandbox.token(), media_id })}`;
    const answer = await fetch(url);
    assert.equal(answer.headers.get('content-type'), 'image/png');
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), bytes);
    await sandbox.control('POST', '/window', { openid: 'o1' });
    const image = { touser: 'o1', msgtype: 'image', image: { media_id } };
    assert.equal((await sandbox.post('/cgi-bin/message/custom/send', { access_token: await sandbox.token() }, image)).errcode, 0);
    assert.equal((await sandbox.get('/cgi-bin/media/get', { access_token: await sandbox.token(OFFICIAL), media_id })).errcode, 40007);
    await sandbox.control('POST', '/clock', { advanceSeconds: 3 * 86400 + 1 });
    assert.equal((await sandbox.get('/cgi-bin/media/get', { access_token: await sandbox.token(), media_id })).errcode, 40007);
    assert.equal((await sandbox.get('/cgi-bin/media/get', { access_token: await sandbox.token() })).errcode, 41006);
  });

  it('refuses types, sizes and bodies without a file', async () => {
    assert.equal((await upload('picture', blob(1))).errcode, 40004);
    assert.equal((await upload('voice', blob(1), 'a.mp3')).errcode, 40004, 'mini-programs have images only');
    assert.equal((await upload('image', undefined)).errcode, 41005);
    assert.equal((await upload('image', blob(0))).errcode, 44001);
    assert.equal((await upload('image', blob(1), 'a.exe')).errcode, 40005);
    assert.equal((await upload('image', blob(10 * 1024 * 1024 + 1))).errcode, 40009);
    assert.equal((await upload('thumb', blob(64 * 1024 + 1), 'a.jpg', OFFICIAL)).errcode, 40012);
    assert.ok((await upload('voice', blob(10), 'a.mp3', OFFICIAL)).media_id);
    const access_token = await sandbox.token();
    assert.equal((await sandbox.post('/cgi-bin/media/upload', { access_token, type: 'image' }, 'no form')).errcode, 41005);
  });

  it('answers a body beyond all bounds like its front would', async () => {
    const query = new URLSearchParams({ access_token: await sandbox.token(), type: 'image' });
    const answer = await fetch(`${sandbox.url}/cgi-bin/media/upload?${query}`, { method: 'POST', body: Buffer.alloc(12 * 1024 * 1024) });
    assert.equal(answer.status, 413);
  });
});
