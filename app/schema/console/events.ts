import { defineRoute } from '../route';

export const streamEvents = defineRoute({
  method: 'get',
  path: '/console/api/events',
  tag: 'console',
  summary: { en: 'What happens, as server-sent events', zh: '实时事件（server-sent events）' },
  description: `Events, each with JSON as its data, the same on every worker within a second:
- \`conversation\` \`{id, appid, openid, lastAt, lastText, lastFrom, from}\`: it has changed
- \`message\` \`{id, conversation, from: person | us, type, at}\`: one was received or queued
- \`outbox\` \`{id, kind, appid, openid, state, errcode?}\`: one was sent, or was not
- \`health\` \`{checks}\`: a check says something else than before; its sentences are in the language of \`Accept-Language\`

\`{"more": true}\` as data: there was more than is told singly; ask for the list. With \`Last-Event-ID\` it goes on where it broke off, up to ten minutes back; what came in the last three seconds before may be told again, and of much that was missed it says only that there is more. The stream ends with the session, and with the rights that it was opened with. A console that is too far behind is cut off; 20 streams of a session, and 200 in all, may be open on a worker.`,
  auth: 'agent',
  answers: { 200: { type: 'text/event-stream', description: 'Events, and a comment every 15 s' } },
  errors: ['RATE_LIMITED'],
});
