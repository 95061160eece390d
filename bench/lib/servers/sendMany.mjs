import { randomUUID } from 'node:crypto';
import { LEASE } from './outbox.mjs';

const ROWS = 200;
const SENT_AT_ONCE = 64;

/** Up to 200 rows at a time: found, leased by one update, read back, sent side by side, finished by one bulk write. */
export const manyAtOnce = {
  atOnce: 1,
  async sendSome(outbox, send) {
    const rows = await claim(outbox);
    const finished = [];
    let next = 0;
    await Promise.all(Array.from({ length: Math.min(SENT_AT_ONCE, rows.length) }, async () => {
      while (next < rows.length) {
        const row = rows[next++];
        await send(row);
        finished.push({ updateOne: { filter: { _id: row._id, lease: row.lease }, update: { $set: { state: 'sent', sentAt: new Date() }, $unset: { lease: '' } } } });
      }
    }));
    if (finished.length > 0) await outbox.bulkWrite(finished, { ordered: false });
    return rows.length > 0;
  },
};

async function claim(outbox) {
  const now = new Date();
  const due = { state: { $in: ['ready', 'leased'] }, nextAt: { $lte: now } };
  const found = await outbox.find(due, { projection: { _id: 1 } }).sort({ nextAt: 1 }).limit(ROWS).toArray();
  if (found.length === 0) return [];
  const ids = found.map(({ _id }) => _id);
  const lease = randomUUID();
  await outbox.updateMany({ _id: { $in: ids }, ...due }, {
    $set: { state: 'leased', lease, nextAt: new Date(now.getTime() + LEASE) }, $inc: { attempts: 1 },
  });
  return outbox.find({ _id: { $in: ids }, lease }).toArray();
}
