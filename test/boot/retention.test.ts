import assert from 'node:assert/strict';
import { changeExpiries } from '../../app/lib/mongo/expiry';
import { expiriesOf } from '../../app/boot/database';
import { parseEnv, type EnvError } from '../../config/env';
import { useApp } from '../support/app';
import { expiryOf, type Db } from '../support/expiry';

const DAY = 86_400;

describe('RETENTION_MESSAGES_DAYS and RETENTION_OUTBOX_DAYS', () => {
  it('are 180 and 30 days, or other whole days', () => {
    assert.deepEqual(parseEnv({}).retention, { messagesDays: 180, outboxDays: 30 });
    assert.deepEqual(parseEnv({ RETENTION_MESSAGES_DAYS: '7', RETENTION_OUTBOX_DAYS: '3650' }).retention, { messagesDays: 7, outboxDays: 3650 });
    for (const value of ['0', '-1', '1.5', '3651', 'forever']) {
      assert.throws(() => parseEnv({ RETENTION_MESSAGES_DAYS: value }), (error: EnvError) => error.problems.join() === 'RETENTION_MESSAGES_DAYS takes days from 1 to 3650');
    }
  });
});

describe('the expiry time of a TTL index', () => {
  const hub = useApp();
  const database = () => hub().app.mongoose.connection.db as never as Db;

  it('is changed where it differs, and left alone where it does not', async () => {
    const db = database();
    await db.collection('expiring').createIndexes([{ key: { at: 1 }, name: 'mine', expireAfterSeconds: 100 }, { key: { other: 1 }, name: 'plain' }]);
    try {
      await changeExpiries(db as never, 'expiring', [{ key: { at: 1 }, expireAfterSeconds: 50 }, { key: { missing: 1 }, expireAfterSeconds: 5 }]);
      assert.equal(await expiryOf(db, 'expiring', 'at'), 50);
      await changeExpiries(db as never, 'expiring', [{ key: { at: 1 }, expireAfterSeconds: 50 }]);
      // A plain index cannot become one: it is removed, and built anew.
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

  it('is found for every model', () => {
    const { Message, Outbox } = hub().app.model;
    assert.deepEqual(expiriesOf(Message as never), [{ key: { receivedAt: 1 }, expireAfterSeconds: 180 * DAY }]);
    assert.deepEqual(expiriesOf(Outbox as never), [{ key: { sentAt: 1 }, expireAfterSeconds: 30 * DAY }]);
  });
});
