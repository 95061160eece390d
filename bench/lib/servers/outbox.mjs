import { sendMessage } from './wechat.mjs';

/** Milliseconds that a process may take with a row. */
export const LEASE = 30_000;
const POLL = 500;

/**
 * An outbox by hand: rows are inserted, claimed under a lease, sent and finished.
 * @param {import('mongodb').Db} db
 * @param {string} path of WeChat's API to which the messages go
 * @param {{ atOnce: number, sendSome: (outbox: import('mongodb').Collection, send: (row: object) => Promise<void>) =>
 *   Promise<boolean> }} way
 * how rows are sent, see sendOne.mjs and sendMany.mjs: `sendSome` sends due rows, one or some, and tells whether
 * there were any; `atOnce` calls of it run at once
 * @return {Promise<(id: string, message: object) => Promise<void>>} queues a message
 */
export async function openOutbox(db, path, { atOnce, sendSome }) {
  const outbox = db.collection('outbox');
  await outbox.createIndex({ state: 1, nextAt: 1 });
  const send = ({ message }) => sendMessage(path, message);
  let busy = 0;
  const wake = async () => {
    if (busy >= atOnce) return;
    busy++;
    try {
      while (await sendSome(outbox, send));
    } catch (error) {
      console.error(error);
    }
    busy--;
  };
  setInterval(wake, POLL);
  return async (id, message) => {
    const now = new Date();
    await outbox.insertOne({ _id: id, openid: message.touser, message, state: 'ready', nextAt: now, attempts: 0, createdAt: now });
    wake();
  };
}
