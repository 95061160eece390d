// The outbox by hand, up to 200 rows at a time.
import { randomUUID } from 'node:crypto';
import { LEASE, serveReplies } from './outbox.mjs';
import { sendText } from './wechat.mjs';

const ROWS = 200;
const AT_ONCE = 64;

async function sendMany(outbox) {
  const rows = await claim(outbox);
  const sent = [];
  let next = 0;
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, rows.length) }, async () => {
    while (next < rows.length) {
      const row = rows[next++];
      await sendText(row.openid, row.content);
      sent.push({ updateOne: { filter: { _id: row._id, lease: row.lease }, update: { $set: { state: 'sent', sentAt: new Date() }, $unset: { lease: '' } } } });
    }
  }));
  if (sent.length > 0) await outbox.bulkWrite(sent, { ordered: false });
  return rows.length > 0;
}

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

await serveReplies({ workers: 1, work: sendMany });
