// The outbox by hand, a row at a time.
import { randomUUID } from 'node:crypto';
import { LEASE, serveReplies } from './outbox.mjs';
import { sendText } from './wechat.mjs';

async function sendOne(outbox) {
  const now = new Date();
  const lease = randomUUID();
  const row = await outbox.findOneAndUpdate(
    { state: { $in: ['ready', 'leased'] }, nextAt: { $lte: now } },
    { $set: { state: 'leased', lease, nextAt: new Date(now.getTime() + LEASE) }, $inc: { attempts: 1 } },
    { sort: { nextAt: 1 }, returnDocument: 'after' },
  );
  if (!row) return false;
  await sendText(row.openid, row.content);
  await outbox.updateOne({ _id: row._id, lease }, { $set: { state: 'sent', sentAt: new Date() }, $unset: { lease: '' } });
  return true;
}

await serveReplies({ workers: 32, work: sendOne });
