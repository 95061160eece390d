import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { ErasureDocument } from '../../app/lib/erasure/document';
import { TREATMENTS } from '../../app/lib/erasure/treatments';
import { COLLECTIONS } from '../../app/lib/mongo/collections';
import { nextOrder } from '../../app/lib/async/order';
import { Spool } from '../../app/lib/spool/spool';
import { sleep } from '../../app/lib/async/sleep';
import type { SpoolEntry } from '../../app/lib/spool/segment';
import { useApp } from '../support/app';
import { logIn } from '../support/actors';
import { MINI, OFFICIAL } from '../support/environment';
import { knownEverywhere, whereNamed, type Known } from '../support/everywhere';
import { readPage } from '../support/markdown';
import { WebhookReceiver } from '../support/receiver';
import { until } from '../support/until';
import { securePush, textXml } from '../support/wechat';

const KEY = 'test-api-key-1';

describe('erasing a person', () => {
  const hub = useApp();
  const backend = new WebhookReceiver();
  const service = () => hub().app.createAnonymousContext().service;
  const erasure = (userId: string) => hub().app.model.Erasure.findById(userId).lean<ErasureDocument>();

  before(async () => {
    await backend.start();
    hub().app.environment.webhook = { url: backend.url, secret: backend.secret };
    hub().app.outboxLoops.webhook.start();
  });
  beforeEach(() => backend.clear());
  after(async () => {
    hub().app.environment.webhook = undefined;
    await backend.stop();
  });

  const push = async (openid: string, content: string, id: number) => {
    const { query, body } = securePush(MINI, textXml(openid, content, id));
    const answer = await fetch(`${hub().url}/message/check?${query}`, { method: 'POST', body });
    return { status: answer.status, text: await answer.text() };
  };
  /** As if so much time had passed. */
  const later = async (userId: string, ms: number) => {
    const found = await erasure(userId);
    assert.ok(found?.endedAt);
    await hub().app.model.Erasure.updateOne({ _id: userId }, { $set: { dueAt: new Date(0) } });
    const endedAt = new Date(found.endedAt.getTime() - ms);
    await hub().app.model.Erasure.updateOne({ _id: userId }, { $set: { endedAt } });
    await service().erasing.lookAfter();
  };
  const told = (type: string) => until(() => backend.events().filter(({ event }) => event.type === type), found => found.length > 0);

  it('has a treatment for every collection', () => {
    const collections = Object.values(hub().app.model).map(model => model.collection.name).sort();
    assert.deepEqual(collections.filter(name => !(COLLECTIONS as readonly string[]).includes(name)), [], 'collections that lib/mongo/collections does not know');
    assert.deepEqual(Object.keys(TREATMENTS).sort(), [...COLLECTIONS].sort());
    for (const page of ['docs/privacy.md', 'docs/zh-CN/privacy.md']) {
      const rows = readPage(page).split('\n').filter(line => line.startsWith('|')).join('\n');
      assert.deepEqual(COLLECTIONS.filter(name => !rows.includes(`\`${name}\``)), [], page);
    }
  });

  it('leaves nothing in any collection that identifies the person', async () => {
    const person = await knownEverywhere(hub());
    const before = new Set((await whereNamed(hub(), person.names)).map(line => line.split(':')[0]));
    const holding = Object.entries(TREATMENTS).filter(([name, { becomes }]) => becomes !== 'holds nobody' && name !== 'erasures').map(([name]) => name);
    // Each collection that can hold data of a person does, so that the test cannot pass by itself.
    assert.deepEqual(holding.filter(name => !before.has(name) && name !== 'notes'), []);
    assert.ok(await hub().app.model.Note.exists({ userId: person.userId }));
    assert.equal(await hub().ok('DELETE', '/api/me', undefined, person.token), null);
    await told('user.erased');
    await until(async () => (await erasure(person.userId))?.events?.length, left => left === 0 || left === undefined, 15);
    assert.deepEqual(await whereNamed(hub(), person.names), []);
    assert.equal(await hub().app.model.Note.countDocuments({ userId: person.userId }), 0);
    assert.equal(await hub().fails('GET', '/api/me', undefined, person.token), 'UNAUTHENTICATED');
    assert.equal(await hub().fails('GET', `/api/server/users/${person.userId}`, undefined, KEY), 'NOT_FOUND');
    assert.equal(await hub().fails('DELETE', `/api/server/users/${person.userId}`, undefined, KEY), 'NOT_FOUND');
    // What others have is theirs.
    const jobs = await hub().app.model.Job.find({ 'input.openids': { $exists: true } }).sort({ _id: 1 }).lean<Array<{ input: { openids: string[] } }>>();
    assert.deepEqual(jobs.map(({ input }) => input.openids), [['o-somebody-else'], ['z-later']]);
    assert.equal(await hub().app.model.ImNotice.countDocuments({}), 1);
  });

  it('ends with user.erased, once, and with lines in the audit log that name nobody', async () => {
    const person = await knownEverywhere(hub());
    const [first, second] = await Promise.all([1, 2].map(() => hub().call('DELETE', '/api/me', undefined, person.token)));
    assert.ok(first.code === 1 && (second.code === 1 || second.error === 'UNAUTHENTICATED'), `${first.error} ${second.error}`);
    await told('user.erased');
    await sleep(500);
    const events = backend.events().filter(({ event }) => event.type === 'user.erased');
    const ended = (await erasure(person.userId))?.endedAt?.toISOString();
    assert.deepEqual(events.map(({ event }) => event), [{ type: 'user.erased', timestamp: ended, data: { appid: MINI.appid, openid: person.openid, userId: person.userId } }]);
    const lines = await hub().app.model.AuditLog.find({ target: person.userId }).sort({ at: 1 }).lean();
    assert.deepEqual(lines.filter(({ action }) => action === 'user.erased').map(({ who, target }) => [who, target]), [['person', person.userId]]);
    assert.ok(lines.some(({ action, who }) => action === 'user.erase' && who === 'person'));
    // The line that an agent wrote to them stays, without the person.
    assert.ok(lines.some(({ action, who, detail }) => action === 'message.send' && who === 'ann' && detail === undefined));
    const counts = lines.find(({ action }) => action === 'user.erased')?.detail?.documents as Record<string, number>;
    assert.equal(counts.notes, 1);
    assert.ok(counts.messages >= 3);
  });

  it('sends no waiting message, and no event but the last one', async () => {
    const person = await knownEverywhere(hub());
    await until(() => hub().app.model.Outbox.countDocuments({ kind: 'webhook', state: { $in: ['ready', 'leased'] } }), left => left === 0);
    backend.clear();
    backend.behave = () => 500;
    await push(person.openid, 'never told', 77_001);
    await until(() => backend.received.length, count => count > 0);
    await until(() => hub().app.model.Outbox.countDocuments({ kind: 'webhook', state: 'leased' }), left => left === 0);
    await hub().ok('DELETE', '/api/me', undefined, person.token);
    backend.behave = () => 204;
    await told('user.erased');
    assert.deepEqual(backend.events().map(({ event }) => event.type), ['user.erased']);
    assert.equal(await hub().app.model.Outbox.countDocuments({ _id: /^waits-/ }), 0);
  });

  it('continues after a kill at any step', async () => {
    const { app } = hub();
    const steps = Object.keys(TREATMENTS).length;
    for (let kill = 0; kill < steps; kill += 6) {
      const person = await knownEverywhere(hub());
      let done = 0;
      // A process that dies in the middle of a pass does no further steps.
      const erasing = service().erasing as unknown as { scope: (...given: unknown[]) => { check(): void } };
      const make = Object.getPrototypeOf(erasing).scope as (...given: unknown[]) => { check(): void };
      Object.getPrototypeOf(erasing).scope = function(this: unknown, ...given: unknown[]) {
        const scope = make.apply(this, given);
        const { check } = scope;
        return { ...scope, check() { if (++done > kill) throw new Error('killed'); check(); } };
      };
      try {
        await hub().call('DELETE', '/api/me', undefined, person.token);
      } finally {
        Object.getPrototypeOf(erasing).scope = make;
      }
      const broken = await erasure(person.userId);
      assert.equal(broken?.state, 'running', `killed at ${kill}`);
      assert.ok(!JSON.stringify(broken).includes(person.openid), 'whom it is about is encrypted');
      await until(async () => { await service().erasing.lookAfter(); return erasure(person.userId); }, found => found?.told === true);
      await until(async () => { await later(person.userId, 0).catch(() => undefined); return whereNamed({ app }, person.names); }, found => found.length === 0, 20);
    }
  }).timeout(120_000);

  describe('pushes of an erased person', () => {
    const gone = async (): Promise<Known> => {
      const person = await knownEverywhere(hub());
      await hub().ok('DELETE', '/api/me', undefined, person.token);
      return person;
    };
    const messages = (openid: string) => hub().app.model.Message.find({ openid }).lean();

    it('are no new messages when WeChat repeats them', async () => {
      const person = await knownEverywhere(hub());
      await push(person.openid, 'once', 88_001);
      await hub().ok('DELETE', '/api/me', undefined, person.token);
      assert.deepEqual(await push(person.openid, 'once', 88_001), { status: 200, text: 'success' });
      assert.deepEqual(await messages(person.openid), []);
    });

    it('make a new person when they come after the end', async () => {
      const person = await gone();
      assert.equal((await push(person.openid, 'back', 88_002)).text, 'success');
      const [message] = await until(() => messages(person.openid), found => found.length > 0);
      assert.equal(message.content, 'back');
      const { token } = await logIn(hub(), { openid: person.openid });
      for (const ms of [3_000, 20_000, 120_000, 3_600_000]) await later(person.userId, ms);
      assert.equal((await messages(person.openid)).length, 1);
      // They came after the end, but are old by now.
      const { endedAt } = await erasure(person.userId) as Required<ErasureDocument>;
      await hub().app.model.Message.updateMany({ openid: person.openid }, { $set: { receivedAt: new Date(endedAt.getTime() + 1_000) } });
      await hub().app.model.Erasure.updateOne({ _id: person.userId }, { $set: { looks: 0 } });
      await later(person.userId, 0);
      assert.equal((await messages(person.openid)).length, 1);
      const me = await hub().ok('GET', '/api/me', undefined, token);
      assert.deepEqual([me.openid, me.profile, me.phone], [person.openid, null, null]);
      // And may be erased again.
      await hub().ok('DELETE', '/api/me', undefined, token);
      assert.deepEqual(await messages(person.openid), []);
      assert.equal((await hub().app.model.AuditLog.countDocuments({ target: person.userId, action: 'user.erased' })), 2);
    });

    it('do not return from the spool, nor from a process that stood still during the erasure', async () => {
      const person = await gone();
      const { endedAt, endOrder } = await erasure(person.userId) as Required<ErasureDocument>;
      const entry = (id: number, receivedAt: Date, order: number) => ({
        _id: `${MINI.appid}:${person.openid}:${id}`, appid: MINI.appid, openid: person.openid, type: 'text', content: `m${id}`, payload: {}, receivedAt, order,
        state: 'handled', duplicates: 0, arrival: randomUUID(),
      });
      const spool = new Spool(hub().app.environment.spoolDir);
      await spool.append(entry(1, new Date(endedAt.getTime() - 5), endOrder - 5_000) as SpoolEntry);
      await spool.append(entry(2, new Date(endedAt.getTime() + 5), endOrder + 5_000) as SpoolEntry);
      await spool.seal();
      await until(async () => { await service().spool.replay(); return messages(person.openid); }, found => found.length > 0);
      assert.deepEqual((await messages(person.openid)).map(({ content }) => content), ['m2']);
      // Written by a process that had stood still.
      await hub().app.model.Message.create(entry(3, new Date(endedAt.getTime() - 5), endOrder - 5_000));
      const row = { appid: MINI.appid, openid: person.openid, message: { type: 'message.received', body: person.openid }, lane: 'l', state: 'sent', nextAt: new Date(), attempts: 1, createdAt: new Date() };
      await hub().app.model.Outbox.create({ ...row, _id: 'late', kind: 'webhook', order: endOrder - 5_000 }, { ...row, _id: 'new', kind: 'webhook', order: nextOrder() });
      await hub().app.model.Follow.create({ _id: `${OFFICIAL.appid}:${person.fan}`, appid: OFFICIAL.appid, openid: person.fan, following: true, changedOrder: endOrder - 5_000 });
      await hub().app.model.Erasure.updateOne({ _id: person.userId }, { $set: { looks: 0, dueAt: new Date(0) } });
      await until(async () => { await service().erasing.lookAfter(); return erasure(person.userId); }, found => (found?.looks ?? 0) > 0, 10);
      assert.deepEqual((await messages(person.openid)).map(({ content }) => content), ['m2']);
      assert.deepEqual((await hub().app.model.Outbox.find({ openid: person.openid, kind: 'webhook', 'message.type': 'message.received' }).lean()).map(({ _id }) => _id), ['new']);
      assert.equal(await hub().app.model.Follow.countDocuments({ openid: person.fan }), 0);
    });

    it('are forgotten for good in the end', async () => {
      const person = await gone();
      await told('user.erased');
      await later(person.userId, 3_600_000);
      await until(async () => {
        const found = await erasure(person.userId);
        if (found?.state !== 'over') await later(person.userId, 0);
        return found?.state;
      }, state => state === 'over', 15);
      const record = await erasure(person.userId);
      assert.deepEqual([record?.person, record?.repeats, record?.events, record?.dueAt], [undefined, [], undefined, undefined]);
      assert.ok(record?.expiresAt instanceof Date);
    });
  });

  it('is NOT_FOUND for an unknown person', async () => {
    assert.equal(await hub().fails('DELETE', '/api/server/users/nobody', undefined, KEY), 'NOT_FOUND');
    assert.equal(await hub().fails('GET', '/api/server/users/nobody/export', undefined, KEY), 'NOT_FOUND');
    assert.equal(await hub().fails('DELETE', '/api/server/users/%7B%22%24gt%22%3A%22%22%7D', undefined, KEY), 'INVALID_ARGUMENT');
  });

  it('by another backend has the same effect, once', async () => {
    const person = await knownEverywhere(hub());
    const answers = await Promise.all([1, 2, 3].map(() => hub().call('DELETE', `/api/server/users/${person.userId}`, undefined, KEY)));
    assert.ok(answers.every(({ code, error }) => code === 1 || error === 'NOT_FOUND'));
    assert.ok(answers.some(({ code }) => code === 1));
    await told('user.erased');
    assert.equal(await hub().app.model.AuditLog.countDocuments({ target: person.userId, action: 'user.erased', who: 'api' }), 1);
  });
});
