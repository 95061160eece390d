import { Script } from 'node:vm';

/** The statements of one of the cookbook's blocks, each on one line, comments left out. */
export function cookbookStatements(block: string): string[] {
  const statements: string[] = [];
  let text = '';
  for (const line of block.split('\n')) {
    if (text === '' && (line.trim() === '' || line.startsWith('//'))) continue;
    text = text === '' ? line : `${text} ${line.trim()}`;
    if (!isWhole(text)) continue;
    statements.push(text);
    text = '';
  }
  if (text !== '') throw new SyntaxError(`not a whole statement: ${text}`);
  return statements;
}

function isWhole(text: string): boolean {
  try {
    return Boolean(new Script(text));
  } catch {
    return false;
  }
}

const now = new Date();
const [before, after] = [new Date(now.getTime() - 60_000), new Date(now.getTime() + 3600_000)];
const place = { appid: 'APPID', openid: 'OPENID' };
const official = { appid: 'OFFICIAL_APPID', unionid: 'UNIONID', followedAt: before };

/** Documents that answer every query of the cookbook, with counts of 1. */
export const COOKBOOK_DOCUMENTS: Record<string, object[]> = {
  users: [{ _id: 'USER_ID', unionid: 'UNIONID', createdAt: before, lastSeenAt: before, phone: { index: 'BLIND_INDEX' } }],
  openids: [{ _id: 'APPID:OPENID', ...place, userId: 'USER_ID', unionid: 'UNIONID', lastSeenAt: before }],
  follows: [
    { _id: 'OFFICIAL_APPID:OPENID', ...official, openid: 'OPENID', following: true, scene: 'ADD_SCENE_QR_CODE' },
    { _id: 'OFFICIAL_APPID:GONE', ...official, unionid: 'GONE', openid: 'GONE', following: false, unfollowedAt: now },
  ],
  sessions: [{ _id: 'HASH', ...place, userId: 'USER_ID', createdAt: before, lastSeenAt: before, expiresAt: after }],
  messages: [
    { _id: 'RECEIVED', ...place, type: 'text', content: 'a refund, please', state: 'received', order: 1, duplicates: 0, receivedAt: before },
    { _id: 'MESSAGE_ID', ...place, type: 'event', event: 'user_enter_tempsession', state: 'dead', order: 2, duplicates: 3, receivedAt: before },
    { _id: 'NO_SENDER', appid: 'APPID', openid: null, type: 'event', event: 'wxa_punish_event', state: 'handled', order: 3, duplicates: 0, receivedAt: before },
  ],
  outbox: [
    { _id: '1', ...place, kind: 'custom', state: 'ready', nextAt: before, createdAt: before, cause: 'MESSAGE_ID' },
    { _id: '2', ...place, kind: 'custom', state: 'unknown', nextAt: before, createdAt: before },
    { _id: '3', ...place, kind: 'subscribe', state: 'failed', createdAt: before, lastError: { errcode: 43101, at: before } },
    { _id: '4', kind: 'webhook', state: 'dead', createdAt: before },
    { _id: '5', kind: 'listener', state: 'failed', createdAt: before, lastError: { message: 'thrown', at: before } },
    { _id: '6', appid: 'OFFICIAL_APPID', openid: 'OPENID', kind: 'template', state: 'sent', createdAt: before, sentAt: before, delivery: 'success' },
  ],
  subscriptions: [{ _id: 'APPID:OPENID:TEMPLATE_ID', ...place, templateId: 'TEMPLATE_ID', remaining: 2, status: 'accept' }],
  templates: [{ _id: 'OTHER', appid: 'APPID', fields: [] }],
  scenes: [{ _id: 'SCENE', ...place, payload: { table: 7 }, page: 'pages/table/table', createdAt: before, expiresAt: after, scans: 3 }],
  mediaChecks: [
    { _id: 'APPID:TRACE_ID', ...place, url: 'https://files.weapp-hub.dev/1.jpg', state: 'risky', label: 20002, createdAt: before },
    { _id: 'APPID:2', ...place, url: 'https://files.weapp-hub.dev/2.jpg', state: 'review', label: 20012, createdAt: before },
    { _id: 'APPID:3', ...place, url: 'https://files.weapp-hub.dev/3.jpg', state: 'pending', createdAt: before },
  ],
  replyRules: [{ _id: 'first', order: 1, enabled: true }],
  imAccounts: [{ _id: 'IM_USER_ID', ...place, state: 'Online', stateAt: before }],
  imNotices: [{ _id: 'IM_USER_ID', dueAt: before }],
  erasures: [{ _id: 'USER_ID', state: 'running', by: 'api', startedAt: before, dueAt: after, counts: { messages: 1 } }],
  auditLog: [
    { _id: '1', at: before, who: 'api', action: 'user.erased', target: 'USER_ID' },
    { _id: '2', at: before, who: 'wechat', action: 'user.revoked', target: 'USER_ID' },
  ],
  jobs: [{ _id: '1', kind: 'tag.users', state: 'running', total: 700, done: 50, failed: 0, createdBy: 'api', createdAt: before }],
  pushNotes: [{ _id: 'APPID', push: { at: before, detail: 'text', status: 200 } }],
  accessTokens: [{ _id: 'APPID', expiresAt: after, fetchedAt: before, version: 1 }],
  syncs: [{ _id: 'OFFICIAL_APPID', done: 5 }],
  media: [{ _id: 'FILE', expiresAt: after }],
};
