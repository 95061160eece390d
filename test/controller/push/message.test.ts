import assert from 'node:assert/strict';
import { useApp } from '../../support/app';
import { MINI, OFFICIAL } from '../../support/environment';
import { until } from '../../support/until';
import { buildXml, parseXml } from '../../../app/lib/wechat/push/xml';
import { decrypt, encrypt, plainQuery, securePush, sha1, textXml, type PushApp } from '../../support/wechat';

const PLAIN = { appid: 'wxtestplain00000001', token: 'AAAAA' };
const COMPAT = { appid: 'wxtestcompat0000001', token: 'test-token', aesKey: 'dGVzdC1jb21wYXQtYWVzLWtleS1vZi0zMi1ieXRlcy0' };

describe('/message/check and /official/callback', () => {
  const hub = useApp();
  const messages = () => hub().app.model.Message;

  async function send(path: string, query: string, body?: string | Uint8Array): Promise<{ status: number; text: string; type: string | null }> {
    const response = await fetch(`${hub().url}${path}?${query}`, body === undefined ? {} : { method: 'POST', body, headers: { 'content-type': 'text/xml' } });
    return { status: response.status, text: await response.text(), type: response.headers.get('content-type') };
  }
  const push = (app: PushApp, plain: string, format: 'xml' | 'json' = 'xml') => {
    const { query, body } = securePush(app, plain, format);
    return send(`/message/check/${app.appid}`, query, body);
  };

  it('answers the verification of the address with echostr exactly', async () => {
    for (const [path, app] of [['/message/check', MINI], ['/official/callback', OFFICIAL], [`/message/check/${OFFICIAL.appid}`, OFFICIAL]] as const) {
      const answer = await send(path, `${plainQuery(app)}&echostr=4375120948345356249%3C`);
      assert.deepEqual([answer.status, answer.text], [200, '4375120948345356249<']);
      assert.match(answer.type ?? '', /^text\/plain/);
      const forged = await send(path, `${plainQuery({ ...app, token: 'other' })}&echostr=1`);
      assert.equal(forged.status, 403);
    }
    assert.equal((await send('/message/check/wxnobody', `${plainQuery(MINI)}&echostr=1`)).status, 404);
    assert.equal((await send('/message/check', 'echostr=1')).status, 400);
  });

  it('stores a message once, with every digit of its MsgId, and counts repetitions', async () => {
    const plain = textXml('o-person', 'hello ]]> &', '22923519871373703').replace('hello ]]> &', 'hello');
    for (let i = 0; i < 3; i++) assert.deepEqual((await push(MINI, plain)).text, 'success');
    const stored = await messages().find({}).lean();
    assert.equal(stored.length, 1);
    const [message] = stored;
    assert.equal(message._id, `${MINI.appid}:o-person:22923519871373703`);
    assert.deepEqual([message.type, message.content, message.openid, message.duplicates], ['text', 'hello', 'o-person', 2]);
    assert.equal((message.payload as { MsgId: string }).MsgId, '22923519871373703');
    assert.ok(message.createTime instanceof Date && message.receivedAt instanceof Date);
  });

  it('recognises the same message in JSON, where MsgId is a number beyond 2^53', async () => {
    await push(MINI, textXml('o-person', 'hello', '22923519871373703', 1482048670));
    await push(MINI, '{"ToUserName":"gh_1","FromUserName":"o-person","CreateTime":1482048670,"MsgType":"text","Content":"hello","MsgId":22923519871373703}', 'json');
    assert.equal(await messages().countDocuments({}), 1);
    await push(MINI, '{"ToUserName":"gh_1","FromUserName":"o-person","CreateTime":1482048670,"MsgType":"text","Content":"hello","MsgId":22923519871373704}', 'json');
    assert.equal(await messages().countDocuments({}), 2);
  });

  it('stores two events of the same second as two', async () => {
    const event = (name: string, key: string) => `{"ToUserName":"g","FromUserName":"o-1","CreateTime":1482048670,"MsgType":"event","Event":"${name}","EventKey":"${key}"}`;
    for (const [name, key] of [['CLICK', 'a'], ['CLICK', 'b'], ['VIEW', 'a'], ['CLICK', 'a']]) await push(MINI, event(name, key), 'json');
    assert.equal(await messages().countDocuments({}), 3);
    assert.equal((await messages().findOne({ event: 'VIEW' }).lean())?.type, 'event');
  });

  it('takes plain pushes for an app in plain mode', async () => {
    const body = textXml('o-1', 'hi', 1);
    assert.equal((await send(`/message/check/${PLAIN.appid}`, plainQuery(PLAIN), body)).text, 'success');
    assert.equal((await send(`/message/check/${PLAIN.appid}`, plainQuery({ ...PLAIN, token: 'no' }), textXml('o-1', 'hi', 2))).status, 403);
    assert.equal((await send('/message/check', plainQuery(MINI), textXml('o-1', 'hi', 3))).status, 400);
    assert.equal(await messages().countDocuments({}), 1);
  });

  it('believes only the encrypted part in compat mode', async () => {
    const { query, body } = securePush(COMPAT, textXml('o-true', 'true', 5));
    const forged = body.replace('<xml>', '<xml><FromUserName>o-forged</FromUserName><MsgType>text</MsgType><Content>forged</Content><MsgId>6</MsgId>');
    assert.equal((await send(`/message/check/${COMPAT.appid}`, query, forged)).text, 'success');
    const stored = await messages().find({}).lean();
    assert.deepEqual(stored.map(({ openid, content }) => [openid, content]), [['o-true', 'true']]);
  });

  it('answers WeChat\'s probe and does not store it', async () => {
    for (const probe of ['{ "action": "CheckContainerPath"}', '<xml><action>CheckContainerPath</action></xml>']) {
      assert.deepEqual(await send('/message/check', '', probe).then(({ status, text }) => [status, text]), [200, 'success']);
      for (const wechatApp of [PLAIN, COMPAT, MINI]) {
        assert.deepEqual(await send(`/message/check/${wechatApp.appid}`, plainQuery(wechatApp), probe).then(({ status, text }) => [status, text]), [200, 'success'], wechatApp.appid);
        assert.equal((await send(`/message/check/${wechatApp.appid}`, plainQuery({ ...wechatApp, token: 'another' }), probe)).status, 403, wechatApp.appid);
      }
    }
    assert.equal(await messages().countDocuments({}), 0);
  });

  it('refuses a push that is forged, for another app, cut short or malformed, and stores nothing', async () => {
    const text = textXml('o-1', 'x', 9);
    const good = securePush(MINI, text);
    const foreign = securePush(MINI, text, 'xml', 'wxsomebodyelse');
    const cut = encrypt(MINI, text).slice(0, -24);
    const cutQuery = (() => {
      const params = new URLSearchParams(good.query);
      params.set('msg_signature', sha1([MINI.token, params.get('timestamp') ?? '', params.get('nonce') ?? '', cut]));
      return String(params);
    })();
    const doctype = '<?xml version="1.0"?><!DOCTYPE xml [<!ENTITY xxe SYSTEM "file:///etc/passwd">]><xml><FromUserName>a</FromUserName><MsgType>text</MsgType><Content>&xxe;</Content><MsgId>1</MsgId></xml>';
    const plain = plainQuery(PLAIN);
    const cases: Array<[string, string, string | Uint8Array, number]> = [
      ['/message/check', good.query.replace(/msg_signature=./, 'msg_signature=x'), good.body, 403],
      ['/message/check', good.query, securePush(MINI, textXml('o-2', 'y', 10)).body, 403],
      ['/message/check', foreign.query, foreign.body, 403],
      ['/message/check', cutQuery, `<xml><Encrypt>${cut}</Encrypt></xml>`, 400],
      [`/message/check/${PLAIN.appid}`, plain, doctype, 400],
      [`/message/check/${PLAIN.appid}`, plain, `${'<a>'.repeat(9_000)}${'</a>'.repeat(9_000)}`, 400],
      [`/message/check/${PLAIN.appid}`, plain, '{"FromUserName":"o","MsgType":"text","MsgId":1,"__proto__":{"admin":true}}', 400],
      [`/message/check/${PLAIN.appid}`, plain, '<xml><MsgType>text</MsgType></xml>', 400],
      [`/message/check/${PLAIN.appid}`, plain, '<xml><FromUserName>a</FromUserName></xml>', 400],
      [`/message/check/${PLAIN.appid}`, plain, '{"MsgType":"event"}', 400],
      [`/message/check/${PLAIN.appid}`, plain, '{"MsgType":"text","Event":"wxa_punish_event"}', 400],
      [`/message/check/${PLAIN.appid}`, plain, '{"appid":"wx1","punish_id":"7"}', 400],
      [`/message/check/${PLAIN.appid}`, plain, '', 400],
      [`/message/check/${PLAIN.appid}`, plain, new Uint8Array([0x3c, 0xff, 0xfe]), 400],
      [`/message/check/${PLAIN.appid}`, plain, textXml('o', 'x'.repeat(65_536), 1), 413],
      ['/message/check/wxnobody', plain, text, 404],
    ];
    for (const [path, query, body, status] of cases) {
      const answer = await send(path, query, body);
      assert.equal(answer.status, status, String(body).slice(0, 80));
    }
    assert.equal(await messages().countDocuments({}), 0);
  });

  it('refuses a timestamp that is an hour old, or an hour ahead', async () => {
    const { environment } = hub().app;
    environment.pushToleranceSeconds = 300;
    try {
      const now = Math.floor(Date.now() / 1000);
      const at = (seconds: number) => send(`/message/check/${PLAIN.appid}`, plainQuery(PLAIN, String(seconds)), textXml('o-1', 'x', seconds));
      assert.deepEqual(await Promise.all([now - 3600, now + 3600, now - 290].map(async seconds => (await at(seconds)).status)), [403, 403, 200]);
      assert.equal((await send(`/message/check/${PLAIN.appid}`, `${plainQuery(PLAIN, String(now - 3600))}&echostr=1`)).status, 403);
    } finally {
      environment.pushToleranceSeconds = 0;
    }
    assert.equal(await messages().countDocuments({}), 1);
  });

  it('stores two platform events as two, each under the person whom it is about', async () => {
    const paid = (OutTradeNo: string, RetryTimes: number) => ({
      ToUserName: 'gh_1', FromUserName: 'o-platform', CreateTime: 1_700_000_000, MsgType: 'event', Event: 'xpay_goods_deliver_notify', OpenId: 'o-1', OutTradeNo, Env: 0,
      GoodsInfo: { ProductId: 'p', Quantity: 1 }, RetryTimes,
    });
    await push(MINI, JSON.stringify(paid('a', 0)), 'json');
    await push(MINI, JSON.stringify(paid('b', 0)), 'json');
    await push(MINI, buildXml(paid('a', 1)));
    await push(MINI, '{"ToUserName":"gh_1","FromUserName":"o-platform","CreateTime":1700000000,"MsgType":"event","Event":"user_info_modified"," OpenID":"o-2"," AppID":"x"}', 'json');
    await push(MINI, '<xml><ToUserName>gh_1</ToUserName><FromUserName>o-platform</FromUserName><CreateTime>1700000001</CreateTime><MsgType>event</MsgType><Event>user_info_modified</Event>< OpenID>o-2</ OpenID></xml>');
    const stored = await messages().find({}).sort({ order: 1 }).lean();
    assert.deepEqual(stored.map(({ openid, duplicates }) => [openid, duplicates]), [['o-1', 1], ['o-1', 0], ['o-2', 0], ['o-2', 0]]);
    assert.deepEqual(stored.slice(2).map(({ payload }) => (payload as Record<string, string>).OpenID), ['o-2', 'o-2']);
  });

  it('takes events that have neither FromUserName nor MsgType, and applies no reply rule to them', async () => {
    const { app } = hub();
    const reply = { msgtype: 'text', text: { content: 'hi' } };
    await app.model.ReplyRule.create({ _id: 'rest', order: 1, enabled: true, when: {}, reply: { via: 'custom', message: reply } });
    await app.rules.refresh();
    const punished = { event_type: '1', punish_id: 7, appid: MINI.appid, punish_time: 1_700_000_000, detail: '{"banned_days":"7"}' };
    const counted = async () => (await app.metrics.pushes.get()).values.find(({ labels }) => labels.appid === MINI.appid && labels.type === 'event' && labels.outcome === 'accepted')?.value ?? 0;
    const before = await counted();
    for (const event of [{ Event: 'wxa_punish_event', ...punished }, { ...punished, event_type: 'wxa_punish_event' }]) {
      assert.deepEqual(await push(MINI, JSON.stringify(event), 'json').then(({ status, text }) => [status, text]), [200, 'success']);
      assert.deepEqual(await push(MINI, buildXml(event)).then(({ status, text }) => [status, text]), [200, 'success']);
    }
    const stored = await until(() => messages().find({ state: 'handled' }).lean(), found => found.length === 2);
    assert.deepEqual(stored.map(({ openid, type, event, duplicates }) => [openid, type, event, duplicates]), Array(2).fill([null, 'event', 'wxa_punish_event', 1]));
    assert.equal(await app.model.Outbox.countDocuments({}), 0);
    assert.equal(await counted(), before + 2);
  });

  it('gives platform events no passive reply: the person would not see it', async () => {
    const { app } = hub();
    await app.model.ReplyRule.create({ _id: 'rest', order: 1, enabled: true, when: {}, reply: { via: 'passive', message: { msgtype: 'text', text: { content: 'hi {{openid}}' } } } });
    await app.rules.refresh();
    const event = { ToUserName: 'gh_1', FromUserName: 'o-1', CreateTime: 1_700_000_000, MsgType: 'event', Event: 'user_authorization_revoke' };
    assert.match(decrypt(OFFICIAL, String(parseXml((await push(OFFICIAL, buildXml(event))).text).Encrypt)).plain, /hi o-1/);
    assert.equal((await push(OFFICIAL, buildXml({ ...event, OpenID: 'o-2' }))).text, 'success');
    assert.equal(await app.model.Outbox.countDocuments({}), 0);
  });

  it('stores unknown types and events', async () => {
    assert.equal((await push(MINI, '{"FromUserName":"o","MsgType":"hologram","CreateTime":"1","MsgId":"x"}', 'json')).text, 'success');
    assert.equal((await push(MINI, '{"FromUserName":"o","MsgType":"event","Event":"New_Event","CreateTime":1}', 'json')).text, 'success');
    assert.deepEqual((await messages().find({}).sort({ type: 1 }).lean()).map(({ type, event }) => [type, event]), [['event', 'New_Event'], ['hologram', undefined]]);
  });
});
