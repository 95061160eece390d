import assert from 'node:assert/strict';
import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import type { Received } from './receiver';
import { MINI, OFFICIAL, OTHER_MINI, usePushedTo } from './support';

const sha1 = (...parts: (string | null)[]) => createHash('sha1').update(parts.sort().join('')).digest('hex');

function open(aesKey: string, encrypt: string): { message: string; appid: string } {
  const key = Buffer.from(`${aesKey}=`, 'base64');
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  const padded = Buffer.concat([decipher.update(encrypt, 'base64'), decipher.final()]);
  const plain = padded.subarray(0, padded.length - padded[padded.length - 1]);
  const end = 20 + plain.readUInt32BE(16);
  return { message: plain.subarray(20, end).toString('utf8'), appid: plain.subarray(end).toString('utf8') };
}

function seal(aesKey: string, appid: string, message: string): string {
  const key = Buffer.from(`${aesKey}=`, 'base64');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(Buffer.byteLength(message));
  const plain = Buffer.concat([Buffer.alloc(16, 7), length, Buffer.from(message), Buffer.from(appid)]);
  const pad = 32 - plain.length % 32;
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(Buffer.concat([plain, Buffer.alloc(pad, pad)])), cipher.final()]).toString('base64');
}

function assertSigned({ query }: Received, token: string): void {
  assert.equal(query.get('signature'), sha1(token, query.get('timestamp'), query.get('nonce')));
}

describe('sandbox: push', () => {
  const { sandbox, receiver } = usePushedTo(url => ({ pushTo: `${url}/` }));

  const text = (content = 'hi', more: object = {}) => ({ MsgType: 'text', Content: content, ...more });

  it('sends plain JSON, signed, its MsgId a number beyond 2^53', async () => {
    const { sent, answered } = await sandbox().control('POST', '/push', { mode: 'plain', message: text('你好') });
    const [push] = receiver().received;
    assert.equal(answered.status, 200);
    assert.equal(answered.body, 'success');
    assert.equal(push.path, '/message/check');
    assert.equal(push.contentType, 'application/json');
    assert.equal(push.body, sent.body);
    assertSigned(push, MINI.token);
    assert.equal(push.query.has('msg_signature'), false);
    const digits = /"MsgId":(\d{17,})[,}]/.exec(push.body)?.[1] ?? '';
    assert.ok(BigInt(digits) > 2n ** 53n, digits);
    const body = JSON.parse(push.body);
    assert.match(body.ToUserName, /^gh_[0-9a-f]{12}$/);
    assert.equal(body.FromUserName, push.query.get('openid'));
    assert.equal(body.Content, '你好');
    assert.equal(typeof body.CreateTime, 'number');
  });

  it('keeps every digit of a given MsgId, as text or as number', async () => {
    await sandbox().control('POST', '/push', { mode: 'plain', message: text('a', { MsgId: '22923519871373703' }) });
    await fetch(`${sandbox().url}/sandbox/api/push`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"mode":"plain","message":{"MsgType":"text","MsgId":22923519871373703}}' });
    for (const { body } of receiver().received) assert.match(body, /"MsgId":22923519871373703[,}]/);
    await sandbox().control('POST', '/push', { mode: 'plain', format: 'xml', message: text('<MsgId><![CDATA[1]]></MsgId>', { MsgId: '22923519871373703' }) });
    assert.match(receiver().received[2].body, /<MsgId>22923519871373703<\/MsgId>/);
  });

  it('encrypts in secure mode, leaving nothing readable', async () => {
    await sandbox().control('POST', '/push', { message: text('secret') });
    const [push] = receiver().received;
    const body = JSON.parse(push.body);
    assert.deepEqual(Object.keys(body), ['ToUserName', 'Encrypt']);
    assert.equal(push.query.get('encrypt_type'), 'aes');
    assert.equal(push.query.get('msg_signature'), sha1(MINI.token, push.query.get('timestamp'), push.query.get('nonce'), body.Encrypt));
    assertSigned(push, MINI.token);
    const { message, appid } = open(String(MINI.aesKey), body.Encrypt);
    assert.equal(appid, MINI.appid);
    assert.equal(JSON.parse(message).Content, 'secret');
  });

  it('sends XML for official accounts; compat mode has both', async () => {
    await sandbox().control('POST', '/push', { kind: 'official', mode: 'compat', message: { MsgType: 'event', Event: 'SCAN', EventKey: 'k' } });
    const [push] = receiver().received;
    assert.equal(push.path, '/official/callback');
    assert.equal(push.contentType, 'text/xml');
    assert.match(push.body, /^<xml>.*<Event><!\[CDATA\[SCAN\]\]><\/Event>.*<Encrypt>/);
    assert.doesNotMatch(push.body, /MsgId/, 'events have none');
    const encrypt = /<Encrypt><!\[CDATA\[(.*?)\]\]>/.exec(push.body)?.[1] ?? '';
    assert.match(open(String(OFFICIAL.aesKey), encrypt).message, /<EventKey><!\[CDATA\[k\]\]>/);
  });

  it('names further apps in the path', async () => {
    await sandbox().control('POST', '/push', { appid: OTHER_MINI.appid, message: text() });
    await sandbox().control('POST', '/push', { appid: OTHER_MINI.appid, path: '/elsewhere', message: text() });
    assert.deepEqual(receiver().received.map(({ path }) => path), [`/message/check/${OTHER_MINI.appid}`, '/elsewhere']);
    const refused = await sandbox().envelope('POST', '/push', { appid: OTHER_MINI.appid, mode: 'secure', message: text() });
    assert.equal(refused.error, 'INVALID_ARGUMENT');
  });

  it('opens an encrypted passive reply and shows it on the phone', async () => {
    const reply = '<xml><ToUserName>o1</ToUserName><FromUserName>gh_1</FromUserName><CreateTime>1</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[hello]]></Content></xml>';
    receiver().answerWith(() => {
      const encrypt = seal(String(OFFICIAL.aesKey), OFFICIAL.appid, reply);
      return { body: `<xml><Encrypt><![CDATA[${encrypt}]]></Encrypt><MsgSignature>${sha1(OFFICIAL.token, '1', 'n', encrypt)}</MsgSignature><TimeStamp>1</TimeStamp><Nonce>n</Nonce></xml>` };
    });
    const { answered } = await sandbox().control('POST', '/push', { kind: 'official', mode: 'secure', message: text('a', { FromUserName: 'o1', ToUserName: 'gh_1' }) });
    assert.equal(answered.decrypted, reply);
    assert.equal(answered.accepted, true);
    const { messages } = await sandbox().control('GET', '/messages?openid=o1');
    assert.equal(messages[0].message.Content, 'hello');
  });

  it('distinguishes odd answers from good ones', async () => {
    for (const [body, accepted] of [['', true], ['success', true], ['ok', false], ['{"MsgType":"text"}', false]] as const) {
      receiver().answerWith(() => ({ body }));
      const { answered } = await sandbox().control('POST', '/push', { kind: 'official', message: text() });
      assert.equal(answered.accepted, accepted, body);
    }
    receiver().answerWith(() => ({ status: 500 }));
    await sandbox().control('POST', '/push', { message: text('a', { FromUserName: 'o1' }), retries: 0 });
    const { messages } = await sandbox().control('GET', '/messages?openid=o1');
    assert.match(String(messages[0].message.text.content), /暂时无法提供服务/);
  });

  it('repeats exactly the same push after silence or an error', async () => {
    receiver().answerWith((_, count) => (count === 1 ? 'hang' : { status: count === 2 ? 502 : 200, body: 'success' }));
    const { answered, attempts } = await sandbox().control('POST', '/push', { message: text(), retries: 3, timeoutMs: 60 });
    assert.equal(answered.body, 'success');
    assert.equal(attempts.length, 3);
    assert.equal(attempts[0].error, 'timeout');
    assert.equal(new Set(receiver().received.map(({ body, query }) => body + query)).size, 1);
  });

  it('sends one push many times at once', async () => {
    const { attempts } = await sandbox().control('POST', '/push', { message: text(), times: 20, concurrency: 5 });
    assert.equal(attempts.length, 20);
    assert.equal(new Set(receiver().received.map(({ body }) => body)).size, 1);
  });

  it('changes a push on request: old timestamp, forged signatures, a probe', async () => {
    await sandbox().control('POST', '/push', { mode: 'plain', message: text(), timestamp: '1000', nonce: 'n' });
    assert.equal(receiver().received[0].query.get('signature'), sha1(MINI.token, '1000', 'n'));
    await sandbox().control('POST', '/push', { mode: 'plain', message: text(), forge: 'signature' });
    assert.throws(() => assertSigned(receiver().received[1], MINI.token));
    await sandbox().control('POST', '/push', { message: text(), forge: 'body' });
    const { query, body } = receiver().received[2];
    assert.notEqual(query.get('msg_signature'), sha1(MINI.token, query.get('timestamp'), query.get('nonce'), JSON.parse(body).Encrypt));
    assert.equal((await sandbox().envelope('POST', '/push', { mode: 'plain', message: text(), forge: 'body' })).error, 'INVALID_ARGUMENT');
    await sandbox().control('POST', '/push', { mode: 'plain', message: { action: 'CheckContainerPath' } });
    assert.equal(receiver().received[3].body, '{"action":"CheckContainerPath"}');
  });

  it('reports a server that is not there', async () => {
    sandbox().setPushTo('http://127.0.0.1:9');
    const { answered } = await sandbox().control('POST', '/push', { message: text(), retries: 0 });
    assert.equal(answered.status, 0);
    assert.equal(answered.error, 'ECONNREFUSED');
    sandbox().setPushTo(receiver().url);
  });

  it('remembers followers and grants', async () => {
    const from = { FromUserName: 'o1', MsgType: 'event' };
    await sandbox().control('POST', '/push', { kind: 'official', message: { ...from, Event: 'subscribe', EventKey: 'qrscene_1' } });
    const path = `/users/${OFFICIAL.appid}/o1`;
    assert.equal((await sandbox().control('GET', path)).following, true);
    await sandbox().control('POST', '/push', { kind: 'official', message: { ...from, Event: 'unsubscribe' } });
    assert.equal((await sandbox().control('GET', path)).following, false);
    const List = [{ TemplateId: 't1', SubscribeStatusString: 'accept' }, { TemplateId: 't2', SubscribeStatusString: 'reject' }];
    await sandbox().control('POST', '/push', { message: { ...from, Event: 'subscribe_msg_popup_event', List } });
    await sandbox().control('POST', '/push', { message: { ...from, Event: 'subscribe_msg_popup_event', SubscribeMsgPopupEvent: { List: List[0] } } });
    const { grants } = await sandbox().control('GET', `/users/${MINI.appid}/o1`);
    assert.deepEqual(grants, { t1: { count: 2, status: 'accept' }, t2: { count: 0, status: 'reject' } });
  });
});
