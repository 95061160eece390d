import assert from 'node:assert/strict';
import { useApp } from '../support/app';
import { MINI, OFFICIAL } from '../support/environment';
import { until } from '../support/until';
import { decrypt, securePush, textXml } from '../support/wechat';

describe('reply rules', () => {
  const hub = useApp();

  async function setRules(...rules: object[]): Promise<void> {
    await hub().app.model.ReplyRule.insertMany(rules.map((rule, order) => ({ _id: `rule-${order}`, order, enabled: true, when: {}, ...rule })));
    await hub().app.rules.refresh();
  }
  const push = (app: { appid: string; token: string; aesKey: string }, plain: string) => {
    const { query, body } = securePush(app, plain);
    return fetch(`${hub().url}/message/check/${app.appid}?${query}`, { method: 'POST', body }).then(response => response.text());
  };
  const received = (openid: string) => hub().sandbox.call<{ messages: Array<{ message: { content: string } }> }>('GET', `/messages?openid=${openid}`);

  it('answers a mini-program through the outbox, once however often the push is repeated', async () => {
    await setRules({ when: { match: 'contains', text: 'hours' }, reply: { via: 'custom', message: { msgtype: 'text', text: { content: '{{openid}} said {{content}}' } } } });
    const { openid } = await hub().sandbox.post('/login-code');
    await hub().sandbox.post('/window', { openid });
    const plain = textXml(openid, 'opening hours?', 1001);
    const answers = await Promise.all(Array.from({ length: 4 }, () => push(MINI, plain)));
    assert.deepEqual(answers, Array(4).fill('success'));
    const { messages } = await until(() => received(openid), ({ messages: list }) => list.length > 0);
    assert.equal(messages[0].message.content, `${openid} said opening hours?`);
    const [row] = await until(() => hub().app.model.Outbox.find({}).lean(), rows => rows[0]?.state === 'sent');
    assert.deepEqual([row.kind, row.attempts, row.cause], ['custom', 1, `${MINI.appid}:${openid}:1001`]);
    const message = await until(() => hub().app.model.Message.findById(row.cause).lean(), found => found?.state === 'handled');
    assert.equal(message?.duplicates, 3);
    assert.equal(await hub().sandbox.count('/cgi-bin/message/custom/send'), 1);
  });

  it('answers an official account in the push\'s answer, encrypted, the same each time', async () => {
    const content = 'x ]]> & <b>{{content}}</b>';
    await setRules({ appid: OFFICIAL.appid, reply: { via: 'passive', message: { msgtype: 'text', text: { content } } } });
    const plain = textXml('o-fan', 'hi', 7);
    const answers = [await push(OFFICIAL, plain), await push(OFFICIAL, plain)].map(answer => {
      const encrypted = /<Encrypt><!\[CDATA\[(.+?)\]\]><\/Encrypt>/.exec(answer)?.[1];
      assert.ok(encrypted, answer);
      return decrypt(OFFICIAL, encrypted);
    });
    assert.deepEqual(answers[0], answers[1]);
    assert.equal(answers[0].appid, OFFICIAL.appid);
    const { parseXml } = await import('../../app/lib/wechat/push/xml');
    const reply = parseXml(answers[0].plain);
    assert.deepEqual([reply.ToUserName, reply.FromUserName, reply.MsgType, reply.Content], ['o-fan', 'gh_1', 'text', 'x ]]> & <b>hi</b>']);
    assert.equal(await hub().app.model.Outbox.countDocuments({}), 0);
  });

  it('takes the first enabled rule by order', async () => {
    const reply = (text: string) => ({ via: 'passive', message: { msgtype: 'text', text: { content: text } } });
    await setRules(
      { order: 5, when: { match: 'any' }, reply: reply('late') },
      { order: 1, enabled: false, when: { match: 'any' }, reply: reply('off') },
      { order: 2, when: { type: 'event', event: 'CLICK', eventKey: 'MENU' }, reply: reply('menu') },
      { order: 3, when: { match: 'regex', text: '^(a+)+$' }, reply: reply('regex') },
    );
    const app = { appid: 'wxtestofficialplain', token: 'test-token' };
    const { plainQuery } = await import('../support/wechat');
    const send = async (body: string) => (await fetch(`${hub().url}/official/callback/${app.appid}?${plainQuery(app)}`, { method: 'POST', body })).text();
    assert.match(await send(textXml('o-1', 'aaaa', 1)), /regex/);
    assert.match(await send(textXml('o-1', `${'a'.repeat(10_000)}!`, 2)), /late/);
    assert.match(await send('<xml><ToUserName>g</ToUserName><FromUserName>o-1</FromUserName><CreateTime>1</CreateTime><MsgType>event</MsgType><Event>CLICK</Event><EventKey>MENU</EventKey></xml>'), /menu/);
  });

  it('sees an edit within 2 s, and leaves out an invalid rule', async () => {
    await setRules({ reply: { via: 'passive', message: { msgtype: 'text', text: { content: 'before' } } } });
    await hub().app.model.ReplyRule.collection.insertOne({ order: 'first', reply: {} });
    await hub().app.model.ReplyRule.updateOne({ _id: 'rule-0' }, { $set: { 'reply.message.text.content': 'after' } });
    let id = 0;
    const app = { appid: 'wxtestofficialplain', token: 'test-token' };
    const { plainQuery } = await import('../support/wechat');
    const ask = async () => (await fetch(`${hub().url}/official/callback/${app.appid}?${plainQuery(app)}`, { method: 'POST', body: textXml('o-1', 'x', ++id) })).text();
    await until(ask, answer => answer.includes('after'), 2);
  });
});
