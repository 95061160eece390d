import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import mm from 'egg-mock';
import { nextOrder } from '../../app/lib/async/order';
import type { MessageDocument } from '../../app/model/message';
import { useApp } from '../support/app';
import { MINI, OFFICIAL, Scratch } from '../support/environment';
import { withAnotherInstance } from '../support/instance';
import { choice, pushEvent, subscription, TEMPLATE } from '../support/subscriptions';
import { until } from '../support/until';
import { securePush, textXml } from '../support/wechat';

describe('the order in which pushes are handled', () => {
  const hub = useApp();
  const messages = (filter: object) => hub().app.model.Message.find(filter).sort({ order: 1 }).lean<MessageDocument[]>();
  const handling = () => hub().app.createAnonymousContext().service.handling;
  const push = async (app: typeof MINI | typeof OFFICIAL, plain: string) => {
    const { query, body } = securePush(app, plain);
    const answer = await fetch(`${hub().url}/message/check/${app.appid}?${query}`, { method: 'POST', body });
    assert.equal(answer.status, 200);
    return answer.text();
  };
  const answerTexts = async (...more: object[]) => {
    const echo = { when: { type: 'text' }, reply: { via: 'custom', message: { msgtype: 'text', text: { content: '{{content}}' } } } };
    await hub().app.model.ReplyRule.insertMany([echo, ...more].map((rule, order) => ({ _id: `rule-${order}`, order, enabled: true, ...rule })));
    await hub().app.rules.refresh();
  };
  /** A message that has to be handled. */
  const waiting = (openid: string, id: number, more: object = {}) => ({
    _id: `${MINI.appid}:${openid}:${id}`, appid: MINI.appid, openid, type: 'text', content: `m${id}`, payload: { FromUserName: openid }, receivedAt: new Date(), order: nextOrder(),
    state: 'received', duplicates: 0, effects: { reply: { msgtype: 'text', text: { content: `m${id}` } } }, ...more,
  });
  const insert = (documents: object[]) => hub().app.messageCollection.insertMany(documents as MessageDocument[], { ordered: false });

  it('is the order of arrival, also when the answer of the first takes time', async () => {
    const scratch = new Scratch();
    try {
      mkdirSync(scratch.path('public'));
      writeFileSync(scratch.path('public/qr.png'), 'the bytes of a picture');
      mm(hub().app.config.static, 'dir', scratch.path('public'));
      await answerTexts({ when: { event: 'subscribe' }, reply: { via: 'passive', message: { msgtype: 'image', image: { path: 'qr.png' } } } });
      await hub().sandbox.post('/faults', { path: '/cgi-bin/media/upload', delayMs: 1_000 });
      const ended: string[] = [];
      const subscribe = '<xml><ToUserName>gh_1</ToUserName><FromUserName>o-fan</FromUserName><CreateTime>1700000000</CreateTime><MsgType>event</MsgType><Event>subscribe</Event></xml>';
      const first = push(OFFICIAL, subscribe).then(answer => { ended.push('first'); return answer; });
      await until(() => hub().app.arrivals.horizon().own.has('o-fan'), underWay => underWay);
      const second = push(OFFICIAL, textXml('o-fan', 'hi', 2)).then(() => ended.push('second'));
      const stored = await until(() => messages({ type: 'text' }), found => found.length === 1);
      assert.equal(await hub().app.model.Message.countDocuments({ type: 'event' }), 0, 'the second is stored while the first is being planned');
      await handling().handleFor([{ openid: 'o-fan', order: stored[0].order }]);
      assert.match(await first, /Encrypt/);
      await second;
      assert.deepEqual(ended, ['first', 'second']);
      const [subscribed, text] = await until(() => messages({ openid: 'o-fan', state: 'handled' }), found => found.length === 2);
      assert.deepEqual([subscribed.type, text.type], ['event', 'text']);
      assert.ok(Number(subscribed.handledAt) <= Number(text.handledAt));
    } finally {
      mm.restore();
      scratch.remove();
    }
  });

  it('waits for pushes that another worker is still receiving', async () => {
    await answerTexts();
    const dir = join(hub().app.environment.spoolDir, 'arrivals');
    const script = `const { Arrivals } = require(${JSON.stringify(resolve(__dirname, '../../app/lib/spool/arrivals'))});
      const arrivals = new Arrivals(${JSON.stringify(dir)}, error => { throw error; });
      const arrival = arrivals.enter('o1');
      process.on('message', () => { arrivals.leave(arrival); process.send({}); });
      process.send({ order: arrival.order });`;
    const worker = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    try {
      const [{ order }] = await once(worker, 'message') as [{ order: number }];
      await push(MINI, textXml('o1', 'hi', 2));
      const [second] = await messages({ openid: 'o1' });
      await handling().handleFor([second]);
      await handling().recover(0, () => undefined);
      assert.equal((await messages({ openid: 'o1' }))[0].state, 'received');
      // By then it has stored the push that it was receiving.
      await insert([waiting('o1', 1, { order })]);
      worker.send({});
      await once(worker, 'message');
      const handled = await until(() => messages({ openid: 'o1', state: 'handled' }), found => found.length === 2);
      assert.deepEqual(handled.map(({ _id }) => _id.slice(-1)), ['1', '2']);
      assert.ok(Number(handled[0].handledAt) <= Number(handled[1].handledAt));
    } finally {
      worker.kill('SIGKILL');
    }
  });

  it('waits for pushes that another instance has received before', async () => {
    await answerTexts();
    await withAnotherInstance(hub(), new Date(Date.now() - 60_000), async further => {
      await push(MINI, textXml('o1', 'hi', 2));
      const [second] = await messages({ openid: 'o1' });
      await handling().handleFor([second]);
      await handling().recover(0, () => undefined);
      assert.equal((await messages({ openid: 'o1' }))[0].state, 'received');
      await insert([waiting('o1', 1, { order: second.order - 1_000_000 })]);
      further(new Date(Date.now() + 60_000));
      const handled = await until(() => messages({ openid: 'o1', state: 'handled' }), found => found.length === 2);
      assert.deepEqual(handled.map(({ _id }) => _id.slice(-1)), ['1', '2']);
    });
  });

  it('holds also for events that concern nobody, and have no consequence', async () => {
    const nobody = (id: number, event: string) => waiting('', id, { openid: null, type: 'event', event, payload: { Event: event } });
    await insert([nobody(2, 'subscribe'), nobody(1, 'subscribe_msg_popup_event'), waiting('o1', 3)]);
    await handling().handleFor([{ openid: null, order: nextOrder() }]);
    assert.deepEqual((await messages({})).map(({ openid, state }) => [openid, state]), [[null, 'handled'], [null, 'handled'], ['o1', 'received']]);
    const { Follow, Outbox, Subscription } = hub().app.model;
    assert.deepEqual(await Promise.all([Follow, Outbox, Subscription].map(model => model.countDocuments({}))), [0, 0, 0]);
  });

  it('is kept when one cannot be handled: the person\'s later ones wait, other people\'s do not', async () => {
    const { Subscription } = hub().app.model;
    const broken = { _id: `${MINI.appid}:o1:${TEMPLATE}`, appid: MINI.appid, openid: 'o1', templateId: TEMPLATE, remaining: 0, status: 'reject', updatedAt: new Date(), applied: 'no list' };
    await Subscription.collection.insertOne(broken as never);
    const created = 1_700_000_000;
    await pushEvent(hub(), 'o1', 'popup', { CreateTime: created, List: [choice('accept')] });
    await pushEvent(hub(), 'o1', 'popup', { CreateTime: created + 1, List: [choice('reject')] });
    await pushEvent(hub(), 'o1', 'popup', { CreateTime: created + 2, List: [choice('accept', 'template-2')] });
    await pushEvent(hub(), 'o2', 'popup', { CreateTime: created + 3, List: [choice('accept')] });
    await until(() => messages({ openid: 'o2', state: 'handled' }), found => found.length === 1);
    const tries = async () => (await messages({ openid: 'o1' })).map(({ state, handleTries = 0 }) => [state, handleTries]);
    await until(tries, ([[, count]]) => count === 1);
    // Pushes that arrive at once do not use its tries up.
    for (let i = 0; i < 3; i++) await handling().recover(0, () => undefined);
    assert.deepEqual(await tries(), [['received', 1], ['received', 0], ['received', 0]]);
    assert.equal(await subscription(hub(), 'o1', 'template-2'), null);
    await Subscription.collection.updateOne({ _id: broken._id } as never, { $unset: { applied: '' } });
    await until(tries, states => states.every(([state]) => state === 'handled'));
    const { remaining, status } = await subscription(hub(), 'o1') ?? {};
    assert.deepEqual([remaining, status], [1, 'reject']);
  });

  it('continues after one that has been tried five times and is laid aside', async () => {
    await hub().app.model.Subscription.collection.insertOne({ _id: `${MINI.appid}:o1:${TEMPLATE}`, remaining: 0, applied: 'no list' } as never);
    const event = { type: 'event', event: 'subscribe_msg_popup_event', effects: undefined, payload: { List: [choice('accept')] } };
    await insert([waiting('o1', 1, { ...event, handleTries: 4 }), waiting('o1', 2, { ...event, payload: { List: [choice('accept', 'template-2')] } })]);
    await handling().recover(0, () => undefined);
    assert.deepEqual((await messages({ openid: 'o1' })).map(({ state }) => state), ['dead', 'handled']);
    assert.equal((await subscription(hub(), 'o1', 'template-2'))?.remaining, 1);
  });

  it('does not keep the recovery at the first ones, which have to wait', async () => {
    const held = [waiting('o1', 0, { handleTries: 1, triedAt: new Date() }), ...Array.from({ length: 1_099 }, (_, index) => waiting('o1', index + 1))];
    await insert([...held, ...Array.from({ length: 600 }, (_, index) => waiting(`o-${index % 300}`, index))]);
    await handling().recover(0, () => undefined);
    assert.equal((await messages({ openid: { $ne: 'o1' }, state: 'handled' })).length, 600);
    assert.equal((await messages({ openid: 'o1', state: 'received' })).length, 1_100);
  });

  it('does not depend on the clock of the process that received the first ones', async () => {
    const ahead = nextOrder() + 60_000_000;
    await insert([waiting('o1', 1, { order: ahead }), waiting('o1', 2, { order: ahead + 1 })]);
    await handling().recover(0, () => undefined);
    assert.equal((await messages({ openid: 'o1', state: 'handled' })).length, 2);
    assert.ok(nextOrder() > ahead);
  });

  it('is restored by one run of the recovery at a time, in one process', async () => {
    const { app } = hub();
    const { Lease } = app.model;
    // One that began before this test has lost its lease when everything was emptied.
    await app.recovery.run().catch(() => undefined);
    await until(() => Lease.updateOne({ _id: 'recovery', holder: 'another' }, { $set: { until: new Date(Date.now() + 60_000) } }, { upsert: true }).then(() => true, () => false), taken => taken);
    await insert([waiting('o1', 1, { order: nextOrder() - 10_000_000 })]);
    await Promise.all(Array.from({ length: 4 }, () => app.recovery.run()));
    assert.equal((await messages({ openid: 'o1' }))[0].state, 'received');
    await Lease.deleteOne({ _id: 'recovery' });
    await app.recovery.run();
    assert.equal((await messages({ openid: 'o1' }))[0].state, 'handled');
  });

  it('is left to the next run when the lease is lost', async () => {
    await insert([waiting('o1', 1)]);
    await assert.rejects(handling().recover(0, () => { throw new Error('lost'); }), /lost/);
    assert.equal((await messages({ openid: 'o1' }))[0].state, 'received');
  });
});
