import assert from 'node:assert/strict';
import { useApp } from '../support/app';
import { MINI, OFFICIAL } from '../support/environment';
import { accept, allHandled, remaining, subscription, TEMPLATE } from '../support/subscriptions';
import { until } from '../support/until';
import { securePush, textXml } from '../support/wechat';
import type { OutboxDocument } from '../../app/lib/outbox/document';

const KEY = 'test-api-key-1';
const CUSTOM = '/cgi-bin/message/custom/send';
const SUBSCRIBE = '/cgi-bin/message/subscribe/send';

describe('a subscription message instead of a customer-service message', () => {
  const hub = useApp();
  const fallback = { templateId: TEMPLATE, data: { thing1: { value: '客服已回复' } }, page: 'pages/chat' };
  const send = (openid: string, more: object = {}) => hub().ok<{ id: string }>('POST', '/api/server/messages/custom', {
    openid, message: { msgtype: 'text', text: { content: 'hello' } }, fallback, ...more,
  }, KEY);
  const row = (id: string) => hub().app.model.Outbox.findById(id).lean<OutboxDocument>();
  const settled = (id: string) => until(() => row(id), found => found !== null && !['ready', 'leased'].includes(found.state) && !found.untold);
  const granted = async (openid = 'o1') => {
    await hub().sandbox.post('/login-code', { openid });
    await accept(hub(), openid);
    await remaining(hub(), openid, 1);
  };
  const closed = () => hub().sandbox.post('/faults', { path: CUSTOM, errcode: 45015, times: 0 });

  it('is sent once when WeChat says that the window is closed', async () => {
    await granted();
    await closed();
    const { id } = await send('o1');
    assert.deepEqual([(await settled(id))?.state, (await settled(id))?.lastError?.errcode], ['failed', 45015]);
    const instead = await settled(`fallback:${id}`);
    assert.deepEqual([instead?.state, instead?.kind], ['sent', 'subscribe']);
    assert.deepEqual(instead?.message, { template_id: TEMPLATE, page: 'pages/chat', data: fallback.data });
    await accept(hub(), 'o1');
    await remaining(hub(), 'o1', 1);
    await hub().ok('POST', `/api/server/messages/${id}/redrive`, {}, KEY);
    await until(() => row(id), found => found?.state === 'failed');
    assert.deepEqual([await hub().sandbox.count(SUBSCRIBE), (await subscription(hub(), 'o1'))?.remaining], [1, 1]);
  });

  it('is sent when it is known here that the window is closed', async () => {
    await granted();
    const { query, body } = securePush(MINI, textXml('o1', 'hi', 1));
    await fetch(`${hub().url}/message/check?${query}`, { method: 'POST', body });
    await hub().app.model.Message.updateMany({}, { $set: { receivedAt: new Date(Date.now() - 49 * 3_600_000) } });
    const { id } = await send('o1');
    assert.equal((await settled(id))?.state, 'failed');
    assert.equal((await settled(`fallback:${id}`))?.state, 'sent');
    assert.deepEqual([await hub().sandbox.count(CUSTOM), await hub().sandbox.count(SUBSCRIBE)], [0, 1]);
  });

  it('is left out without a grant, for another error, with values that do not fit, and in official accounts', async () => {
    await closed();
    await hub().sandbox.post('/login-code', { openid: 'o1' });
    const { id } = await send('o1');
    await settled(id);
    await granted();
    await hub().app.model.Template.create({ _id: TEMPLATE, appid: MINI.appid, title: 'x', fields: [{ key: 'phrase1' }], longTerm: false });
    await settled((await send('o1')).id);
    await settled((await send('o1', { appid: OFFICIAL.appid })).id);
    await hub().app.model.Template.deleteMany({});
    await hub().sandbox.call('DELETE', '/faults');
    await hub().sandbox.post('/faults', { path: CUSTOM, errcode: 45047 });
    // A person of whom nothing is known: WeChat is asked.
    await hub().app.model.Message.deleteMany({});
    await settled((await send('o1')).id);
    assert.equal(await hub().app.model.Outbox.countDocuments({ kind: 'subscribe' }), 0);
    assert.equal((await subscription(hub(), 'o1'))?.remaining, 1);
  });

  it('is the one that a reply rule names, with its placeholders filled', async () => {
    const rule = {
      _id: 'late', order: 1, enabled: true, when: { type: 'text' },
      reply: {
        via: 'custom', message: { msgtype: 'text', text: { content: 'ok' } },
        fallback: { templateId: TEMPLATE, data: { thing1: { value: '收到：{{content}}' } }, page: 'pages/chat?o={{openid}}&q={{content}}' },
      },
    };
    await hub().app.model.ReplyRule.create(rule);
    await until(async () => {
      await hub().app.rules.refresh();
      return [...hub().app.rules.rules.buckets.keys()].length;
    }, count => count > 0);
    await granted();
    await closed();
    const { query, body } = securePush(MINI, textXml('o1', '退款 & 换货', 77));
    await fetch(`${hub().url}/message/check?${query}`, { method: 'POST', body });
    await allHandled(hub());
    const instead = await settled(`fallback:reply:${MINI.appid}:o1:77`);
    assert.equal(instead?.state, 'sent');
    assert.deepEqual(instead?.message, {
      template_id: TEMPLATE, page: `pages/chat?o=o1&q=${encodeURIComponent('退款 & 换货')}`, data: { thing1: { value: '收到：退款 & 换货' } },
    });
  });

  it('refuses an invalid fallback, storing nothing', async () => {
    for (const bad of [null, {}, { ...fallback, templateId: 'a b' }, { ...fallback, data: {} }, { ...fallback, extra: 1 }]) {
      const body = { openid: 'o1', message: { msgtype: 'text', text: { content: 'x' } }, fallback: bad };
      assert.equal(await hub().fails('POST', '/api/server/messages/custom', body, KEY), 'INVALID_ARGUMENT');
    }
    assert.equal(await hub().app.model.Outbox.countDocuments({}), 0);
  });
});
