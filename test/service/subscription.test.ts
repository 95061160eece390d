import assert from 'node:assert/strict';
import { logIn } from '../support/actors';
import { useApp } from '../support/app';
import { MINI } from '../support/environment';
import { usesIndex } from '../support/explain';
import { allHandled, choice, pushEvent, subscription, TEMPLATE, type Choice } from '../support/subscriptions';
import { securePush } from '../support/wechat';
import { sleep } from '../../app/lib/async/sleep';
import type { MessageDocument } from '../../app/model/message';

describe('the ledger of grants', () => {
  const hub = useApp();
  const OTHER = 'template-2';
  const CREATED = Math.floor(Date.now() / 1000) - 1_000;
  const popup = (openid: string, status: Choice, second: number, event: 'popup' | 'change' = 'popup') => (
    pushEvent(hub(), openid, event, { CreateTime: CREATED + second, List: [choice(status)] })
  );
  const state = async (openid: string, templateId = TEMPLATE) => {
    const found = await subscription(hub(), openid, templateId);
    return found && [found.remaining, found.status];
  };

  const wrapped = (list: unknown) => ({ SubscribeMsgPopupEvent: list });
  const both = [choice('accept'), choice('reject', OTHER)];
  const shapes: Record<string, object> = {
    'an array': { List: both },
    'wrapped in SubscribeMsgPopupEvent': wrapped({ List: both }),
    'several wrappers with one object each': wrapped(both.map(item => ({ List: item }))),
    'partly bare, partly wrapped': { List: both[0], ...wrapped({ List: [both[1]] }) },
    'twice in one push': { List: both, ...wrapped({ List: both }) },
    'in another order, with numbers': { List: [...both].reverse().map(item => ({ ...item, PopupScene: 0 })) },
    'without PopupScene': { List: both.map(({ PopupScene: _scene, ...item }) => item) },
  };
  for (const [name, list] of Object.entries(shapes)) {
    for (const format of ['json', 'xml']) {
      it(`reads a List that is ${name}, in ${format}`, async () => {
        await pushEvent(hub(), 'o1', 'popup', list, { format });
        await allHandled(hub());
        assert.deepEqual([await state('o1'), await state('o1', OTHER)], [[1, 'accept'], [0, 'reject']]);
      });
    }
  }

  it('reads a List of a single object', async () => {
    for (const [index, format] of ['json', 'xml'].entries()) {
      await pushEvent(hub(), `o${index}`, 'popup', { List: choice('accept') }, { format });
      await allHandled(hub());
      assert.deepEqual(await state(`o${index}`), [1, 'accept']);
    }
  });

  it('reads repeated XML nodes as WeChat writes them', async () => {
    const items = both.map(({ TemplateId, SubscribeStatusString }) => (
      `<List><TemplateId><![CDATA[${TemplateId}]]></TemplateId><SubscribeStatusString><![CDATA[${SubscribeStatusString}]]></SubscribeStatusString><PopupScene>2</PopupScene></List>`
    )).join('');
    for (const list of [items, `<SubscribeMsgPopupEvent>${items}</SubscribeMsgPopupEvent>`]) {
      const { query, body } = securePush(MINI, `<xml><ToUserName>gh_1</ToUserName><FromUserName>o1</FromUserName><CreateTime>${CREATED}</CreateTime><MsgType>event</MsgType><Event>subscribe_msg_popup_event</Event>${list}</xml>`);
      const answer = await fetch(`${hub().url}/message/check?${query}`, { method: 'POST', body });
      assert.equal(await answer.text(), 'success');
    }
    await allHandled(hub());
    assert.deepEqual([await state('o1'), await state('o1', OTHER)], [[1, 'accept'], [0, 'reject']]);
    assert.equal(await hub().app.model.Message.countDocuments({}), 1);
  });

  it('counts one event once, pushed four times in every shape', async () => {
    // Without PopupScene it has other content: that is another event.
    const same = Object.entries(shapes).filter(([name]) => name !== 'without PopupScene').map(([, list]) => list);
    for (const list of same) {
      for (const format of ['json', 'xml']) await pushEvent(hub(), 'o1', 'popup', { CreateTime: CREATED, ...list }, { format, times: 4, concurrency: 4 });
    }
    await allHandled(hub());
    assert.deepEqual([await state('o1'), await state('o1', OTHER)], [[1, 'accept'], [0, 'reject']]);
    const [message, ...others] = await hub().app.model.Message.find({}).lean<MessageDocument[]>();
    assert.deepEqual([others.length, message.duplicates], [0, same.length * 8 - 1]);
  });

  it('distinguishes events of one second by the choice', async () => {
    const swapped = [choice('reject'), choice('accept', OTHER)];
    await pushEvent(hub(), 'o1', 'popup', { CreateTime: CREATED, List: both });
    await pushEvent(hub(), 'o1', 'popup', { CreateTime: CREATED, List: swapped });
    await allHandled(hub());
    assert.deepEqual([await state('o1'), await state('o1', OTHER)], [[1, 'reject'], [1, 'accept']]);
  });

  it('is the same however often, and by however many processes, a push is handled', async () => {
    for (let second = 0; second < 3; second++) await popup('o1', 'accept', second);
    await allHandled(hub());
    const messages = await hub().app.model.Message.find({}).lean<MessageDocument[]>();
    const apply = (message: MessageDocument) => hub().app.createAnonymousContext().service.subscription.apply({ ...message, openid: 'o1' });
    await Promise.all([...messages, ...messages, ...messages].map(apply));
    assert.deepEqual(await state('o1'), [3, 'accept']);
    // Another worker makes the document at the same moment.
    await hub().app.model.Subscription.deleteMany({});
    await Promise.all([...messages, ...messages].map(apply));
    assert.deepEqual(await state('o1'), [3, 'accept']);
  });

  it('remembers a bounded number of events', async () => {
    const { ledger } = hub().app;
    const key = { appid: MINI.appid, openid: 'o1', templateId: TEMPLATE };
    for (let i = 0; i < 100; i++) await ledger.choose(key, 'accept', { event: `event-${i}`, change: false });
    const found = await subscription(hub(), 'o1');
    assert.deepEqual([found?.remaining, found?.applied?.length], [100, 64]);
  });

  it('counts acceptance, refusal, ban and change', async () => {
    const steps: Array<[Choice, 'popup' | 'change', [number, string]]> = [
      ['reject', 'popup', [0, 'reject']], ['accept', 'popup', [1, 'accept']], ['accept', 'popup', [2, 'accept']], ['reject', 'popup', [2, 'reject']],
      ['ban', 'popup', [2, 'ban']], ['accept', 'change', [2, 'accept']], ['reject', 'change', [0, 'reject']], ['accept', 'change', [0, 'accept']],
      ['accept', 'popup', [1, 'accept']],
    ];
    for (const [second, [status, event, expected]] of steps.entries()) {
      await popup('o1', status, second, event);
      await allHandled(hub());
      assert.deepEqual(await state('o1'), expected, `step ${second}: ${event} ${status}`);
    }
  });

  it('follows the order in which events were received when they are handled in another', async () => {
    const { ledger } = hub().app;
    const later: Array<[Choice, boolean]> = [['accept', false], ['reject', false], ['reject', true], ['accept', false], ['ban', false]];
    const choose = (openid: string, index: number) => {
      const [status, change] = later[index];
      return ledger.choose({ appid: MINI.appid, openid, templateId: TEMPLATE }, status, { event: `${index}`, change, order: 1_000 + index });
    };
    for (const order of permutations([0, 1, 2, 3, 4])) {
      const openid = `o-${order.join('')}`;
      for (const index of order) await choose(openid, index);
      assert.deepEqual(await state(openid), [1, 'ban'], openid);
    }
    // Each counts once, also when it comes again.
    for (const index of [4, 0, 3, 2]) await choose('o-01234', index);
    assert.deepEqual(await state('o-01234'), [1, 'ban']);
  });

  it('removes, by a late rejection in the settings, only earlier grants that are not used', async () => {
    const { ledger } = hub().app;
    const key = { appid: MINI.appid, openid: 'o1', templateId: TEMPLATE };
    for (const order of [1, 2, 11, 12]) await ledger.choose(key, 'accept', { event: `${order}`, change: false, order });
    assert.equal(await ledger.take(key, 'row'), true);
    await ledger.choose(key, 'reject', { event: 'late', change: true, order: 10 });
    assert.deepEqual(await state('o1'), [2, 'accept']);
  });

  it('stores an event without a choice, and changes nothing', async () => {
    const nothing = [{}, { List: [] }, { List: 'x' }, { List: [{ TemplateId: '', SubscribeStatusString: 'accept' }] }, { List: [{ SubscribeStatusString: 'accept' }] },
      { List: choice('filter' as Choice) }, { List: { ...choice('accept'), TemplateId: '$where' } }, { List: { ...choice('accept'), TemplateId: 'x'.repeat(129) } }];
    for (const [second, list] of nothing.entries()) await pushEvent(hub(), 'o1', 'popup', { CreateTime: CREATED + second, ...list });
    await allHandled(hub());
    assert.equal(await hub().app.model.Subscription.countDocuments({}), 0);
    assert.equal(await hub().app.model.Message.countDocuments({ state: 'handled' }), nothing.length);
  });

  it('shows people their own grants only', async () => {
    const mine = await logIn(hub());
    const other = await logIn(hub());
    await popup(mine.openid, 'accept', 0);
    await pushEvent(hub(), mine.openid, 'popup', { CreateTime: CREATED, List: [choice('reject', OTHER)] });
    await popup(other.openid, 'accept', 0);
    await pushEvent(hub(), mine.openid, 'popup', { List: [choice('accept')] }, { appid: 'wxtestplain00000001' });
    await allHandled(hub());
    const list = () => hub().ok<object[]>('GET', '/api/subscriptions', undefined, mine.token);
    assert.deepEqual(await list(), [
      { templateId: TEMPLATE, remaining: 1, status: 'accept' }, { templateId: OTHER, remaining: 0, status: 'reject' },
    ]);
    assert.equal(await hub().fails('GET', '/api/subscriptions'), 'UNAUTHENTICATED');
  });

  it('queries by indexes', async () => {
    const { Outbox, Subscription } = hub().app.model;
    await hub().app.ledger.choose({ appid: MINI.appid, openid: 'o1', templateId: TEMPLATE }, 'accept', { event: 'e', change: false });
    for (const query of [
      Subscription.find({ 'held.at': { $lte: new Date() } }).limit(100), Subscription.find({ appid: MINI.appid, openid: 'o1' }).sort({ _id: 1 }),
      Outbox.find({ appid: MINI.appid, openid: 'o1', kind: 'subscribe', msgid: { $exists: false } }).sort({ createdAt: -1 }),
    ]) {
      assert.ok(usesIndex(await query.explain()));
    }
  });

  describe('grants of messages', () => {
    const key = { appid: MINI.appid, openid: 'o1', templateId: TEMPLATE };
    const held = async () => (await subscription(hub(), 'o1'))?.held?.map(({ id }) => id) ?? [];
    const left = async () => (await subscription(hub(), 'o1'))?.remaining;
    const grant = async (count: number) => {
      for (let i = 0; i < count; i++) await hub().app.ledger.choose(key, 'accept', { event: `event-${i}`, change: false });
    };
    const longAgo = () => hub().app.model.Subscription.updateMany({}, { $set: { 'held.$[].at': new Date(Date.now() - 1) } });

    it('are taken, spent and given back once each', async () => {
      const { ledger } = hub().app;
      await grant(2);
      const taken = await Promise.all([1, 2, 3, 4].map(() => ledger.take(key, 'row-1')));
      assert.deepEqual([taken, await left()], [[true, true, true, true], 1]);
      await Promise.all([1, 2, 3].map(() => ledger.giveBack(key, 'row-1')));
      assert.deepEqual([await left(), await held()], [2, []]);
      assert.deepEqual(await Promise.all(['a', 'b', 'c'].map(id => ledger.take(key, id))).then(all => all.filter(Boolean).length), 2);
      const [first, second] = await held();
      await Promise.all([1, 2].map(() => ledger.spend(key, first)));
      await ledger.giveBack(key, first);
      await ledger.giveBack(key, second);
      assert.deepEqual([await left(), await held()], [1, []]);
    });

    it('are given back when a process died before the message was queued, and kept while one waits', async () => {
      const { app } = hub();
      await grant(3);
      const row = (_id: string, state: string) => app.model.Outbox.create({
        _id, kind: 'subscribe', appid: MINI.appid, openid: 'o1', message: { template_id: TEMPLATE }, lane: 'elsewhere', order: 1, state,
        nextAt: new Date(Date.now() + 60_000), attempts: 1, createdAt: new Date(),
      });
      await row('waiting', 'ready');
      await row('in-doubt', 'unknown');
      for (const id of ['waiting', 'in-doubt', 'never-queued']) assert.ok(await app.ledger.take(key, id));
      const look = () => app.createAnonymousContext().service.subscription.lookAfterGrants();
      await look();
      assert.deepEqual([await left(), (await held()).length], [0, 3], 'a grant just taken is left alone');
      await longAgo();
      await Promise.all([look(), look()]);
      assert.deepEqual([await left(), await held()], [1, ['waiting', 'in-doubt']]);
      await app.model.Outbox.updateOne({ _id: 'waiting' }, { $set: { state: 'failed' } });
      await longAgo();
      await look();
      assert.deepEqual([await left(), await held()], [2, ['in-doubt']]);
    });

    it('stay when WeChat knows none but a pop-up was accepted meanwhile', async () => {
      const { ledger } = hub().app;
      await grant(1);
      await ledger.zero(key, new Date(Date.now() - 10_000));
      assert.equal(await left(), 1);
      await sleep(2);
      await ledger.zero(key, new Date());
      assert.equal(await left(), 0);
    });
  });
});

function permutations(items: number[]): number[][] {
  if (items.length === 0) return [[]];
  return items.flatMap(first => permutations(items.filter(item => item !== first)).map(rest => [first, ...rest]));
}
