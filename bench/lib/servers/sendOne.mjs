import { randomUUID } from 'node:crypto';
import { LEASE } from './outbox.mjs';

/** A row at a time: claimed by findOneAndUpdate, sent, finished by updateOne. */
export const oneByOne = {
  atOnce: 32,
  async sendSome(outbox, send) {
    const now = new Date();
    const lease = randomUUID();
    const row = await outbox.findOneAndUpdate(
      { state: { $in: ['ready', 'leased'] }, nextAt: { $lte: now } },
      { $set: { state: 'leased', lease, nextAt: new Date(now.getTime() + LEASE) }, $inc: { attempts: 1 } },
      { sort: { nextAt: 1 }, returnDocument: 'after' },
    );
    if (!row) return false;
    await send(row);
    await outbox.updateOne({ _id: row._id, lease }, { $set: { state: 'sent', sentAt: new Date() }, $unset: { lease: '' } });
    return true;
  },
};
