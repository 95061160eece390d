import assert from 'node:assert/strict';
import { HOUR, hourOf } from '../../app/lib/console/counters';
import { nextOrder } from '../../app/lib/async/order';
import type { OutboxDocument } from '../../app/lib/outbox/document';
import type { ConversationDocument } from '../../app/model/conversation';
import { useApp } from '../support/app';
import { MINI } from '../support/environment';
import { emptied, storedText } from '../support/keeping';
import { until } from '../support/until';

describe('service/keeping', () => {
  const hub = useApp();
  const ago = (seconds: number) => new Date(Date.now() - seconds * 1000);
  const conversation = async (openid: string) => hub().app.model.Conversation.findById(`${MINI.appid}:${openid}`).lean<ConversationDocument>();
  const store = async (...messages: Array<ReturnType<typeof storedText>>) => { await hub().app.messageCollection.insertMany(messages, { ordered: false }); };
  const repair = () => hub().app.createAnonymousContext().service.keeping.repair();
  const keeper = async (_id: string) => hub().app.model.Keeper.findById(_id).lean<{ caughtUp: boolean }>();
  beforeEach(() => emptied(hub()));

  it('finds what a dead process had not written beside what a living one wrote later', async () => {
    const { app } = hub();
    const lost = storedText('o-1', 'lost', ago(50));
    const kept = storedText('o-1', 'kept', ago(45));
    await store(lost, kept, storedText('o-2', 'lost too', ago(48)));
    app.keeping.stored(kept);
    await app.keeping.flush();
    assert.equal((await conversation('o-1'))?.unread, 1);
    await app.model.Keeper.create({ _id: 'dead', since: ago(60), beat: ago(40), caughtUp: false });
    await repair();
    await until(() => keeper('dead'), found => found?.caughtUp === true);
    assert.deepEqual([(await conversation('o-1'))?.unread, (await conversation('o-1'))?.lastText], [2, 'kept']);
    assert.deepEqual([(await conversation('o-2'))?.unread, (await conversation('o-2'))?.lastText], [1, 'lost too']);
  });

  it('finds what a dead process had sent to somebody who wrote long before', async () => {
    const { app } = hub();
    const asked = storedText('o-1', 'a question', ago(3_000));
    await store(asked);
    app.keeping.stored(asked);
    await app.keeping.flush();
    const row = (openid: string): OutboxDocument => ({
      _id: `row-${openid}`, kind: 'custom', appid: MINI.appid, openid, message: { msgtype: 'text', text: { content: 'the answer' } },
      lane: `test:${openid}`, order: nextOrder(), state: 'sent', nextAt: ago(45), attempts: 1, createdAt: ago(46), sentAt: ago(45),
    });
    await app.outboxCollection.insertMany([row('o-1'), row('o-never-wrote')], { ordered: false } as never);
    await app.model.Keeper.create({ _id: 'dead', since: ago(60), beat: ago(40), caughtUp: false });
    await repair();
    await until(() => keeper('dead'), found => found?.caughtUp === true);
    assert.deepEqual([(await conversation('o-1'))?.lastText, (await conversation('o-1'))?.lastFrom, (await conversation('o-1'))?.unread], ['the answer', 'us', 1]);
    assert.equal(await conversation('o-never-wrote'), null);
  });

  it('counts the pushes of a dead process\'s hours anew when they are over, and of no other', async () => {
    const { app } = hub();
    const at = new Date(Math.floor(Date.now() / HOUR) * HOUR - 2.5 * HOUR);
    await store(storedText('o-1', 'the first hour may be incomplete', new Date(at.getTime() - 2 * HOUR)), storedText('o-1', 'one', at), storedText('o-2', 'two', at));
    const counter = (when: number) => `${hourOf(when)}:pushes:${MINI.appid}`;
    const other = counter(at.getTime() + HOUR);
    await app.model.Counter.create({ _id: counter(at.getTime()), n: 1 }, { _id: other, n: 7 });
    await app.model.Keeper.create({ _id: 'dead', since: at, beat: at, caughtUp: true }, { _id: 'dead just now', since: ago(60), beat: ago(40), caughtUp: true });
    await repair();
    await until(() => keeper('dead'), found => found === null);
    const counts = await app.model.Counter.find({ _id: { $in: [counter(at.getTime()), other] } }).sort({ _id: 1 }).lean<Array<{ n: number }>>();
    assert.deepEqual(counts.map(({ n }) => n), [2, 7]);
    assert.notEqual(await keeper('dead just now'), null);
  });
});
