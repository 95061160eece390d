import { openDatabase } from '../../lib/servers/database.mjs';
import { servePushes } from '../../lib/servers/pushes.mjs';

/** How long a process may take with a row. */
export const LEASE = 30_000;
const POLL = 500;

/**
 * Serves pushes, storing each and the reply to it before it is answered, and sends the replies meanwhile.
 * @param {{ workers: number, work: (outbox: import('mongodb').Collection) => Promise<boolean> }} options `work` sends
 *   what is due, one or some; false when nothing was. So many do it at once.
 */
export async function serveReplies({ workers, work }) {
  const db = await openDatabase();
  const messages = db.collection('messages');
  const outbox = db.collection('outbox');
  await outbox.createIndex({ state: 1, nextAt: 1 });
  let busy = 0;
  const wake = async () => {
    if (busy >= workers) return;
    busy++;
    try {
      while (await work(outbox));
    } catch (error) {
      console.error(error);
    }
    busy--;
  };
  setInterval(wake, POLL);
  servePushes(async document => {
    await messages.insertOne(document);
    const now = new Date();
    await outbox.insertOne({
      _id: `reply:${document._id}`, openid: document.openid, content: `收到：${document.content}`, state: 'ready', nextAt: now, attempts: 0, createdAt: now,
    });
    wake();
  });
}
