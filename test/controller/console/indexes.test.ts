import assert from 'node:assert/strict';
import type { mongo } from 'mongoose';
import { useApp } from '../../support/app';
import { Console } from '../../support/console';
import { MINI, OFFICIAL } from '../../support/environment';
import { usesIndex } from '../../support/explain';
import { emptied, storedText } from '../../support/keeping';
import { TEMPLATE } from '../../support/subscriptions';

const READS = new Set(['find', 'aggregate', 'count']);
/** Fields of the command that are no part of the query. */
const SESSION = new Set(['lsid', '$db', '$clusterTime', 'txnNumber', '$readPreference', 'maxTimeMS', 'cursor']);
const LISTED = new Set([
  'admins', 'auditLog', 'consoleSessions', 'conversations', 'counters', 'follows', 'imAccounts', 'jobs', 'keepers', 'messages', 'notes', 'openids', 'outbox', 'scenes', 'sessions',
  'subscriptions', 'templates', 'users',
]);
const PEOPLE = 300;

describe('every query of the console', () => {
  const hub = useApp();
  beforeEach(() => emptied(hub()));

  it('is answered by an index', async () => {
    const { app } = hub();
    const boss = await Console.as(hub(), 'admin', 'boss');
    const at = (index: number) => new Date(Date.now() - index * 1_000);
    const everybody = Array.from({ length: PEOPLE }, (_, i) => i);
    await app.model.User.insertMany(everybody.map(i => ({ _id: `u${i}`, unionid: `union-${i}`, profile: { nickName: `n${i}` }, phone: { cipher: 'x', last4: '1234', index: `p${i}` }, createdAt: at(i), lastSeenAt: at(i) })));
    await app.model.Openid.insertMany(everybody.map(i => ({ _id: `${MINI.appid}:o-${i}`, appid: MINI.appid, openid: `o-${i}`, kind: 'miniprogram', userId: `u${i}`, createdAt: at(i), lastSeenAt: at(i) })));
    await app.model.Follow.insertMany(everybody.map(i => ({ _id: `${OFFICIAL.appid}:f-${i}`, appid: OFFICIAL.appid, openid: `f-${i}`, userId: `u${i}`, unionid: `union-${i}`, following: true, followedAt: at(i) })));
    await app.model.Subscription.insertMany(everybody.map(i => ({ _id: `${MINI.appid}:o-${i}:${TEMPLATE}`, appid: MINI.appid, openid: `o-${i}`, templateId: TEMPLATE, remaining: 1, status: 'accept', updatedAt: at(i) })));
    const messages = everybody.map(i => storedText(`o-${i}`, 'hello', at(i)));
    await app.messageCollection.insertMany(messages, { ordered: false });
    for (const message of messages) app.keeping.stored(message);
    await app.keeping.flush();
    const asked: Array<{ path: string; command: Record<string, unknown> }> = [];
    let path = '';
    const listen = ({ commandName, command }: { commandName: string; command: Record<string, unknown> }) => {
      // The size of a collection is known without reading it.
      const sizeOnly = commandName === 'count' && command.query === undefined;
      // Schedules run queries meanwhile: for merges that broke off, and in collections that are no lists of the
      // console.
      const scheduled = !LISTED.has(String(command[commandName])) || JSON.stringify(command.filter ?? '') === '{"mergedInto":{"$exists":true}}';
      if (READS.has(commandName) && !sizeOnly && !scheduled) asked.push({ path, command: Object.fromEntries(Object.entries(command).filter(([name]) => !SESSION.has(name))) });
    };
    const client = app.mongoose.connection.getClient();
    client.on('commandStarted', listen as never);
    const paths = [
      '/users', '/users?q=n1', '/users?q=union-7', '/users?q=13800001234', `/users?appid=${MINI.appid}`, '/users?following=true', `/users?following=false&appid=${OFFICIAL.appid}`,
      `/users?seenSince=${at(60).toISOString()}`, `/users?appid=${MINI.appid}&following=true&seenSince=${at(60).toISOString()}&q=n`, '/users/u1',
      ...['open', 'unread', 'mine', 'closed'].flatMap(filter => [`/conversations?filter=${filter}`, `/conversations?filter=${filter}&appid=${MINI.appid}`]), '/conversations?q=n1',
      '/users?q=n&limit=2', `/users?appid=${OFFICIAL.appid}&limit=2`, '/conversations?limit=2', '/conversations?filter=unread&limit=2',
      ...['', '?limit=2', '?state=dead', '?kind=custom', `?appid=${MINI.appid}`, '?openid=o-1', `?openid=o-1&appid=${MINI.appid}&state=sent&kind=custom`].map(query => `/outbox${query}`),
      ...['', '?limit=2', '?who=boss', '?action=session.signIn', '?who=boss&action=session.signIn'].map(query => `/audit${query}`),
      '/jobs?kind=broadcast', '/rules', '/apps', '/admins', '/templates',
      `/conversations/${MINI.appid}:o-1/messages`, '/overview', '/overview?range=30d', '/broadcasts', `/qrcodes?appid=${MINI.appid}`,
    ];
    for (path of paths) {
      const { next } = await boss.ok<{ next?: string | null }>('GET', path);
      if (next) await boss.ok('GET', `${path}${path.includes('?') ? '&' : '?'}${path.includes('/messages') ? 'before' : 'cursor'}=${next}`);
    }
    path = 'broadcasts';
    await boss.ok('POST', '/broadcasts?count=1', { appid: MINI.appid, templateId: TEMPLATE, data: { thing1: { value: 'x' } }, audience: { granted: true, following: true, appid: MINI.appid } });
    path = 'derive';
    await app.keeping.derive(MINI.appid, 'o-1');
    await app.createAnonymousContext().service.keeping.catchUp(at(100), at(0), () => undefined);
    client.off('commandStarted', listen as never);
    const db = app.mongoose.connection.db as unknown as mongo.Db;
    assert.ok(asked.length > 100);
    for (const { path: of, command } of asked) {
      const explained = await db.command({ explain: { ...command, ...('aggregate' in command ? { cursor: {} } : {}) }, verbosity: 'queryPlanner' });
      assert.ok(usesIndex(explained), `${of}: ${JSON.stringify(command)}`);
    }
  });
});
