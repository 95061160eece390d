import { defineRoute } from '../route';

const csv = (what: string) => ({ 200: { type: 'text/csv', description: `${what}: UTF-8 with a byte order mark, a header line, fields quoted as RFC 4180 says; a field that a spreadsheet would take for a formula has \`'\` in front` } });

export const exportUsers = defineRoute({
  method: 'get',
  path: '/console/api/export/users.csv',
  tag: 'console',
  summary: { en: 'All people, as CSV', zh: '导出全部用户（CSV）' },
  description: 'Phone numbers by their last four digits only. The line stands in the audit log.',
  auth: 'admin',
  answers: csv('A line per person'),
});

export const exportMessages = defineRoute({
  method: 'get', path: '/console/api/export/messages.csv', tag: 'console', summary: { en: 'All pushes, as CSV', zh: '导出全部推送（CSV）' }, auth: 'admin', answers: csv('A line per push'),
});

export const exportOutbox = defineRoute({
  method: 'get', path: '/console/api/export/outbox.csv', tag: 'console', summary: { en: 'All outgoing messages, as CSV', zh: '导出全部外发消息（CSV）' }, auth: 'admin', answers: csv('A line per message'),
});
