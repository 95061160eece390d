import { randomUUID } from 'node:crypto';
import { openDatabase } from '../../lib/servers/database.mjs';
import { serveRequests } from '../../lib/servers/http.mjs';
import { openOutbox } from '../../lib/servers/outbox.mjs';

const { BENCH_APPID } = process.env;

/**
 * Queues subscription messages for people with a grant, which is taken first.
 * @param {object} way how they are sent: see openOutbox
 */
export async function serveSends(way) {
  const db = await openDatabase();
  const subscriptions = db.collection('subscriptions');
  const queue = await openOutbox(db, '/cgi-bin/message/subscribe/send', way);
  serveRequests(async (_request, body, response) => {
    const { openid, templateId, data, page } = JSON.parse(body);
    const grant = { _id: `${BENCH_APPID}:${openid}:${templateId}`, remaining: { $gt: 0 } };
    const { matchedCount } = await subscriptions.updateOne(grant, { $inc: { remaining: -1 }, $set: { updatedAt: new Date() } });
    if (matchedCount === 0) return void response.writeHead(403).end('no grant');
    const id = randomUUID();
    await queue(id, { touser: openid, template_id: templateId, page, data });
    const text = JSON.stringify({ id, state: 'ready' });
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) }).end(text);
  });
}
