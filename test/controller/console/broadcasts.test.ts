import assert from 'node:assert/strict';
import { logIn } from '../../support/actors';
import { useApp } from '../../support/app';
import { Console } from '../../support/console';
import { MINI } from '../../support/environment';
import { emptied } from '../../support/keeping';
import { accept, allHandled, TEMPLATE } from '../../support/subscriptions';
import { until } from '../../support/until';
import type { JobDocument } from '../../../app/model/job';

interface Broadcast { id: string; state: string; total: number; done: number; failed: number; errors: Record<string, number>; results: { queued: number; sent: number; failed: number; noGrant: number } }

describe('broadcasts', () => {
  const hub = useApp();
  beforeEach(() => emptied(hub()));
  const message = { appid: MINI.appid, templateId: TEMPLATE, data: { thing1: { value: 'a parcel' } }, audience: { granted: true } };
  const people = async (count: number) => {
    for (let i = 0; i < count; i++) {
      await logIn(hub(), { openid: `o-${i}` });
      await accept(hub(), `o-${i}`);
    }
    await allHandled(hub());
  };
  const noStep = { check: () => undefined };

  it('go once to everybody who has a grant, and show their outcomes', async () => {
    const boss = await Console.as(hub(), 'admin', 'boss');
    await people(5);
    await hub().app.model.Subscription.updateOne({ _id: `${MINI.appid}:o-4:${TEMPLATE}` }, { $set: { remaining: 0 } });
    assert.deepEqual(await boss.ok('POST', '/broadcasts?count=1', message), { count: 4, noGrant: 1 });
    assert.equal(await hub().app.model.Outbox.countDocuments({}), 0);
    assert.equal(await hub().app.model.Job.countDocuments({}), 0);
    const { id, total } = await boss.ok<Broadcast>('POST', '/broadcasts', message);
    assert.equal(total, 4);
    const ended = await until(async () => (await boss.ok<{ items: Broadcast[] }>('GET', '/broadcasts')).items[0], one => one.state === 'done' && one.results.sent === 4);
    assert.deepEqual([ended.id, ended.done, ended.failed, ended.results.queued, ended.errors], [id, 4, 0, 4, {}]);
    const job = await hub().app.model.Job.findById(id).lean<JobDocument>() as JobDocument;
    // All of it once more, as after a crash before its first step was noted.
    await hub().app.createAnonymousContext().service.console.broadcast.step({ ...job, cursor: undefined }, noStep);
    assert.equal(await hub().app.model.Outbox.countDocuments({ kind: 'subscribe' }), 4);
    assert.equal(await hub().app.model.AuditLog.countDocuments({ action: 'broadcast.create', who: 'boss' }), 1);
    assert.equal(await boss.fails('PATCH', `/broadcasts/${id}`, { state: 'paused' }), '409 CONFLICT');
  });

  it('send nothing twice when a step is repeated before its people\'s grants are used', async () => {
    await people(3);
    const { app } = hub();
    const job = { _id: 'job-1', kind: 'broadcast', state: 'stopped', total: 3, done: 0, failed: 0, createdBy: 'boss', createdAt: new Date(), input: message } as unknown as JobDocument;
    const step = () => app.createAnonymousContext().service.console.broadcast.step(job, noStep);
    await Promise.all([step(), step()]);
    await step();
    assert.equal(await app.model.Outbox.countDocuments({ cause: 'job:job-1' }), 3);
  });

  it('go only to people who fit, and need an administrator', async () => {
    const [anna, boss] = [await Console.as(hub(), 'agent', 'anna'), await Console.as(hub(), 'admin', 'boss')];
    await people(3);
    await hub().app.model.Openid.updateMany({ openid: { $in: ['o-1', 'o-2'] } }, { $set: { lastSeenAt: new Date(0) } });
    await hub().app.model.User.updateMany({ _id: { $in: (await hub().app.model.Openid.find({ openid: { $in: ['o-1', 'o-2'] } }).lean<Array<{ userId: string }>>()).map(({ userId }) => userId) } }, { $set: { lastSeenAt: new Date(0) } });
    const seenSince = new Date(Date.now() - 3_600_000).toISOString();
    assert.deepEqual(await boss.ok('POST', '/broadcasts?count=1', { ...message, audience: { granted: true, seenSince } }), { count: 1, noGrant: 0 });
    assert.deepEqual(await boss.ok('POST', '/broadcasts?count=1', { ...message, audience: { granted: true, following: true } }), { count: 0, noGrant: 0 });
    assert.equal(await anna.fails('POST', '/broadcasts', message), '403 FORBIDDEN');
    for (const audience of [{}, { granted: false }, { granted: true, $where: '1' }]) assert.equal(await boss.fails('POST', '/broadcasts', { ...message, audience }), '400 INVALID_ARGUMENT');
    assert.equal(await boss.fails('PATCH', '/broadcasts/nothing', { state: 'paused' }), '404 NOT_FOUND');
  });
});
