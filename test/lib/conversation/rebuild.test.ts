import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { mongo } from 'mongoose';
import { hourOf } from '../../../app/lib/console/counters';
import { nextOrder } from '../../../app/lib/async/order';
import { rebuildConversations } from '../../../app/lib/rebuild/conversations';
import { rebuildCounters } from '../../../app/lib/rebuild/counters';
import type { OutboxDocument } from '../../../app/lib/outbox/document';
import type { MessageDocument } from '../../../app/model/message';
import { logIn } from '../../support/actors';
import { useApp } from '../../support/app';
import { MINI, OFFICIAL } from '../../support/environment';
import { emptied, storedText, write } from '../../support/keeping';

type Step =
  | { do: 'write'; who: number; late: number }
  | { do: 'again'; which: number }
  | { do: 'answer'; who: number }
  | { do: 'read' | 'close'; who: number }
  | { do: 'flush' };

const PEOPLE = 3;
const who = fc.integer({ min: 0, max: PEOPLE - 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('write' as const), who, late: fc.integer({ min: 0, max: 4 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('again' as const), which: fc.nat(40) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('answer' as const), who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('read' as const, 'close' as const), who }) },
  { weight: 2, arbitrary: fc.constant({ do: 'flush' as const }) },
);

describe('npm run rebuild', () => {
  const hub = useApp();
  const db = () => hub().app.mongoose.connection.db as unknown as mongo.Db;
  const kindOf = (appid: string) => hub().app.wechatApps.find(appid)?.kind ?? 'miniprogram' as const;
  const rebuild = () => rebuildConversations({ db: db(), kindOf, onProgress: () => undefined });
  const conversations = () => db().collection('conversations').find({}).sort({ _id: 1 }).toArray();
  beforeEach(() => emptied(hub()));

  const row = (openid: string, at: Date): OutboxDocument => ({
    _id: `row-${nextOrder()}`, kind: 'custom', appid: MINI.appid, openid, message: { msgtype: 'text', text: { content: `answer at ${at.getTime()}` } },
    lane: `test:${openid}`, order: nextOrder(), state: 'sent', nextAt: at, attempts: 1, createdAt: at, sentAt: at,
  });

  it('restores the noted state from any history, in whatever order it was noted', async function() {
    this.timeout(120_000);
    const { app } = hub();
    const console = () => {
      const ctx = app.createAnonymousContext();
      ctx.admin = { name: 'anna', role: 'agent', session: 's', csrfToken: 'c' };
      return ctx.service.console.conversation;
    };
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async steps => {
      await Promise.all(['messages', 'outbox', 'auditLog'].map(name => db().collection(name).deleteMany({})));
      await emptied(hub());
      const written: MessageDocument[] = [];
      let clock = Date.now() - 10 * 3_600_000;
      for (const one of steps) {
        clock += 1_000;
        const openid = 'who' in one ? `o-${one.who}` : '';
        if (one.do === 'write') {
          const message = storedText(openid, `text ${clock}`, new Date(clock - one.late * 700));
          written.push(message);
          await app.messageCollection.insertMany([message], { ordered: false });
          app.keeping.stored(message);
        } else if (one.do === 'again') {
          const message = written[one.which % Math.max(written.length, 1)];
          if (message) app.keeping.stored(message, false);
        } else if (one.do === 'answer') {
          const ours = row(openid, new Date(clock));
          await app.outboxCollection.insertMany([ours], { ordered: false } as never);
          app.keeping.queued(ours);
        } else if (one.do === 'flush') {
          await app.keeping.flush();
        } else {
          const id = `${MINI.appid}:${openid}`;
          if (!await app.model.Conversation.exists({ _id: id })) continue;
          if (one.do === 'read') await console().read(id);
          else await console().change(id, { state: 'closed' });
        }
      }
      await app.keeping.flush();
      const kept = await conversations();
      // Every fault that a lost note could have left is corrected.
      await db().collection('conversations').updateMany({}, { $set: { unread: 77, lastText: 'wrong', windowUntil: new Date(0), lastAt: new Date(1) } });
      await db().collection('conversations').deleteMany({ readAt: new Date(0) });
      await rebuild();
      assert.deepEqual(await conversations(), kept);
      assert.equal((await rebuild()).written, 0);
    }), { numRuns: 25 });
  });

  it('finds the user of a conversation, and leaves correct ones alone', async () => {
    const { openid } = await logIn(hub(), { openid: 'o-known' });
    await write(hub(), openid, 'hello');
    await hub().app.keeping.flush();
    const [kept] = await conversations();
    assert.ok(kept.userId);
    await db().collection('conversations').deleteMany({});
    assert.deepEqual(await rebuild(), { people: 1, written: 1 });
    assert.deepEqual(await conversations(), [kept]);
  });

  it('counts past hours as they were counted', async () => {
    const { app } = hub();
    const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000);
    const follow = (event: string, openid: string, at: Date) => storedText(openid, '', at, { _id: `${OFFICIAL.appid}:${openid}:${event}`, appid: OFFICIAL.appid, type: 'event', event, content: undefined });
    const pushes = [
      storedText('o-1', 'the first hour there is may be incomplete', ago(40)),
      ...[30, 30, 5, 3].map(hours => storedText('o-1', 'hello', ago(hours))), follow('subscribe', 'f-1', ago(4)), follow('subscribe', 'f-2', ago(4)), follow('unsubscribe', 'f-1', ago(3)),
    ];
    await app.messageCollection.insertMany(pushes, { ordered: false });
    for (const push of pushes) app.keeping.stored(push);
    const rows = [row('o-1', ago(3)), row('o-1', ago(2))];
    await app.outboxCollection.insertMany(rows, { ordered: false } as never);
    for (const ours of rows) app.keeping.settled(ours);
    await app.keeping.flush();
    const counters = () => db().collection('counters').find({}, { projection: { n: 1 } }).sort({ _id: 1 }).toArray();
    const kept = await counters();
    assert.equal(kept.reduce((sum, { n }) => sum + n, 0), 8 + 1 + 2);
    const id = `${hourOf(ago(30).getTime())}:pushes:${MINI.appid}`;
    await db().collection('counters').updateMany({ _id: id as never }, { $set: { n: 99 } });
    await db().collection('counters').deleteMany({ _id: { $regex: ':(sent|followers):' } as never });
    await rebuildCounters({ db: db(), apps: app.wechatApps.all(), onProgress: () => undefined });
    assert.deepEqual(await counters(), kept);
  });
});
