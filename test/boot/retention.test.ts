import assert from 'node:assert/strict';
import { changeExpiries } from '../../app/lib/mongo/expiry';
import { expiriesOf } from '../../app/boot/database';
import { parseEnv, type EnvError } from '../../config/env';
import { useApp } from '../support/app';
import { Scratch } from '../support/environment';
import { Server } from '../support/server';
import { until } from '../support/until';

const DAY = 86_400;

/** The seconds after which documents expire, by the collection and the field. */
type Db = Awaited<ReturnType<Server['database']>>;
async function expiryOf(db: Pick<Db, 'collection'>, collection: string, field: string): Promise<unknown> {
  const indexes = await db.collection(collection).listIndexes().toArray();
  return indexes.find(({ key, expireAfterSeconds }) => JSON.stringify(key) === JSON.stringify({ [field]: 1 }) && expireAfterSeconds !== undefined)?.expireAfterSeconds;
}

describe('RETENTION_MESSAGES_DAYS and RETENTION_OUTBOX_DAYS', () => {
  it('are 180 and 30 days, or other whole days', () => {
    assert.deepEqual(parseEnv({}).retention, { messagesDays: 180, outboxDays: 30 });
    assert.deepEqual(parseEnv({ RETENTION_MESSAGES_DAYS: '7', RETENTION_OUTBOX_DAYS: '3650' }).retention, { messagesDays: 7, outboxDays: 3650 });
    for (const value of ['0', '-1', '1.5', '3651', 'forever']) {
      assert.throws(() => parseEnv({ RETENTION_MESSAGES_DAYS: value }), (error: EnvError) => error.problems.join() === 'RETENTION_MESSAGES_DAYS takes days from 1 to 3650');
    }
  });

  it('count from the next start, for old documents too', async () => {
    const scratch = new Scratch();
    const shared = { EMBEDDED_DB_DIR: scratch.path('kept'), WORKERS: '2' };
    try {
      const first = await Server.start(shared);
      try {
        const db = await first.database();
        assert.deepEqual([await expiryOf(db, 'messages', 'receivedAt'), await expiryOf(db, 'outbox', 'sentAt')], [180 * DAY, 30 * DAY]);
        const old = (days: number) => new Date(Date.now() - days * DAY * 1000);
        await db.collection<{ _id: string }>('messages').insertMany([{ _id: 'old', receivedAt: old(8) }, { _id: 'young', receivedAt: old(6) }] as never);
        // A row of the former version, with the time at which that one would have removed it, and one that never went out.
        await db.collection<{ _id: string }>('outbox').insertMany([
          { _id: 'old', state: 'sent', kind: 'custom', sentAt: old(4), expiresAt: new Date(Date.now() + 26 * DAY * 1000), nextAt: old(4) },
          { _id: 'failed', state: 'failed', kind: 'custom', nextAt: old(100) }, { _id: 'failed long ago', state: 'failed', kind: 'webhook', nextAt: old(181) },
        ] as never);
      } finally {
        await first.stop();
      }
      const second = await Server.start({ ...shared, RETENTION_MESSAGES_DAYS: '7', RETENTION_OUTBOX_DAYS: '3' });
      try {
        const db = await second.database();
        await until(async () => [await expiryOf(db, 'messages', 'receivedAt'), await expiryOf(db, 'outbox', 'sentAt')], ([messages, outbox]) => messages === 7 * DAY && outbox === 3 * DAY);
        const ids = async (name: string) => (await db.collection<{ _id: string }>(name).find({}).sort({ _id: 1 }).toArray()).map(({ _id }) => _id);
        await until(async () => [await ids('messages'), await ids('outbox')], ([messages, outbox]) => messages.join() === 'young' && outbox.join() === 'failed', 80);
      } finally {
        await second.stop();
      }
    } finally {
      scratch.remove();
    }
  }).timeout(180_000);
});

describe('the time of an index by which documents expire', () => {
  const hub = useApp();
  const database = () => hub().app.mongoose.connection.db as never as Db;

  it('is changed where it is another one, and the index is left alone where it is not', async () => {
    const db = database();
    await db.collection('expiring').createIndexes([{ key: { at: 1 }, name: 'mine', expireAfterSeconds: 100 }, { key: { other: 1 }, name: 'plain' }]);
    try {
      await changeExpiries(db as never, 'expiring', [{ key: { at: 1 }, expireAfterSeconds: 50 }, { key: { missing: 1 }, expireAfterSeconds: 5 }]);
      assert.equal(await expiryOf(db, 'expiring', 'at'), 50);
      await changeExpiries(db as never, 'expiring', [{ key: { at: 1 }, expireAfterSeconds: 50 }]);
      // A plain index cannot become one: it goes, and is built anew.
      await changeExpiries(db as never, 'expiring', [{ key: { other: 1 }, expireAfterSeconds: 7 }]);
      assert.deepEqual((await db.collection('expiring').listIndexes().toArray()).map(({ name }) => name), ['_id_', 'mine']);
      await changeExpiries(db as never, 'nowhere', [{ key: { at: 1 }, expireAfterSeconds: 7 }]);
    } finally {
      await db.dropCollection('expiring');
    }
  });

  it('is changed by building the index anew where the user may not change it', async () => {
    const db = database();
    await db.collection('expiring').createIndex({ at: 1 }, { expireAfterSeconds: 100 });
    const refusing = Object.create(db as object, { command: { value: async () => { throw Object.assign(new Error('not authorized'), { code: 13 }); } } }) as never;
    try {
      await changeExpiries(refusing, 'expiring', [{ key: { at: 1 }, expireAfterSeconds: 50 }]);
      assert.equal(await expiryOf(db, 'expiring', 'at'), undefined);
    } finally {
      await db.dropCollection('expiring');
    }
  });

  it('is known of every model', () => {
    const { Message, Outbox } = hub().app.model;
    assert.deepEqual(expiriesOf(Message as never), [{ key: { receivedAt: 1 }, expireAfterSeconds: 180 * DAY }]);
    assert.deepEqual(expiriesOf(Outbox as never), [{ key: { sentAt: 1 }, expireAfterSeconds: 30 * DAY }]);
  });
});
