import { openDatabase } from '../../lib/servers/database.mjs';
import { openOutbox } from '../../lib/servers/outbox.mjs';
import { servePushes } from '../../lib/servers/pushes.mjs';

/** Serves pushes, storing each and the reply to it before it is answered. @param {object} way how the replies are sent: see openOutbox */
export async function serveReplies(way) {
  const db = await openDatabase();
  const messages = db.collection('messages');
  const queue = await openOutbox(db, '/cgi-bin/message/custom/send', way);
  servePushes(async document => {
    await messages.insertOne(document);
    await queue(`reply:${document._id}`, { touser: document.openid, msgtype: 'text', text: { content: `收到：${document.content}` } });
  });
}
