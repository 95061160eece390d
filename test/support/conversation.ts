import type { Server } from './server';

type Call = { body: { touser: string; text: { content: string } }; answer?: { errcode: number } };

/** One person's messages, in the order in which each step saw them. */
export interface Conversation {
  received: string[];
  handled: string[];
  queued: string[];
  /** The replies as WeChat got them; one with an unknown outcome counts as sent in its place. */
  sent: string[];
}

/** Reads how a server that answers each text with `r-` and the text has handled people's messages. */
export async function conversations(server: Server, openids: string[]): Promise<Conversation[]> {
  const { calls } = await server.sandbox.call<{ calls: Call[] }>('GET', '/calls?path=/cgi-bin/message/custom/send&limit=20000');
  const taken = calls.filter(({ answer }) => answer?.errcode === 0);
  return Promise.all(openids.map(openid => conversation(server, openid, taken.filter(({ body }) => body.touser === openid))));
}

async function conversation(server: Server, openid: string, calls: Call[]): Promise<Conversation> {
  const db = await server.database();
  const messages = await db.collection('messages').find({ openid }).sort({ order: 1 }).toArray();
  const rows = await db.collection('outbox').find({ openid, kind: 'custom' }).sort({ order: 1 }).toArray();
  const said = (row: typeof rows[number]) => String(row.message.text.content).slice(2);
  const sent = calls.map(({ body }) => body.text.content.slice(2));
  rows.forEach((row, index) => {
    if (row.state === 'unknown' && !sent.includes(said(row))) sent.splice(index, 0, said(row));
  });
  return {
    received: messages.map(({ content }) => String(content)),
    // Messages that are handled in one round have one time.
    handled: [...messages].sort((a, b) => a.handledAt - b.handledAt).map(({ content }) => String(content)),
    queued: [...rows].sort((a, b) => a.createdAt - b.createdAt).map(said),
    sent,
  };
}
