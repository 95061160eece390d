import assert from 'node:assert/strict';
import { Scratch } from '../support/environment';
import { expiryOf } from '../support/expiry';
import { Server } from '../support/server';
import { until } from '../support/until';

const DAY = 86_400;

describe('RETENTION_MESSAGES_DAYS and RETENTION_OUTBOX_DAYS', () => {
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
        // A row of the former version, with that version's expiry, and one that was never sent.
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
