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

\`{"more": true}\` as data: there was more than is told singly; ask for the list. With \`Last-Event-ID\` it goes on where it broke off, up to ten minutes back; what came in the last second before may be told again. The stream ends with the session.`,
  auth: 'agent',
  answers: { 200: { type: 'text/event-stream', description: 'Events, and a comment every 15 s' } },
  errors: ['RATE_LIMITED'],
});
