import assert from 'node:assert/strict';
import { logIn, openData } from '../../support/actors';
import { useApp } from '../../support/app';
import { Console } from '../../support/console';
import { MINI, OFFICIAL } from '../../support/environment';
import { emptied, storedText, write } from '../../support/keeping';
import { accept, TEMPLATE } from '../../support/subscriptions';
import { until } from '../../support/until';

interface Person { id: string; nickName: string | null; phone: string | null; following: boolean | null; accounts: Array<{ appid: string; openid: string }> }
interface Page { items: Person[]; next: string | null }
interface Detail extends Person {
  tags: Array<{ name: string }>; follows: Array<{ history: Array<{ event: string }> }>; grants: Array<{ templateId: string; remaining: number }>;
  sessions: Array<{ id: string }>; notes: Array<{ text: string; who: string }>; timeline: { items: Array<{ type: string; from: string; text: string | null }>; next: string | null };
}

describe('people in the console', () => {
  const hub = useApp();
  beforeEach(() => emptied(hub()));
  const found = async (console: Console, query: string) => (await console.ok<Page>('GET', `/users?${query}`)).items.map(({ id }) => id);
  const userOf = async (openid: string) => (await hub().app.model.Openid.findById(`${MINI.appid}:${openid}`).lean<{ userId: string }>())?.userId as string;
  /** People who are known here, the last seen first. */
  const crowd = async (count: number) => {
    const seen = (index: number) => new Date(Date.now() - (index + 1) * 60_000);
    await hub().app.model.User.insertMany(Array.from({ length: count }, (_, i) => ({ _id: `user${i}`, profile: { nickName: `小明${i}` }, createdAt: seen(i), lastSeenAt: seen(i) })));
    await hub().app.model.Openid.insertMany(Array.from({ length: count }, (_, i) => ({
      _id: `${MINI.appid}:o-${i}`, appid: MINI.appid, openid: `o-${i}`, kind: 'miniprogram', userId: `user${i}`, createdAt: seen(i), lastSeenAt: seen(i),
    })));
  };

  it('are found by openid, unionid, whole phone number, beginning of the nickname and IM id', async () => {
    const anna = await Console.as(hub(), 'agent', 'anna');
    const { openid, token, unionid } = await logIn(hub(), { openid: 'o-1', unionid: 'union-1' });
    const { phoneNumber } = await hub().ok<{ phoneNumber: string }>('POST', '/api/phone', await openData(hub(), openid, 'phone'), token);
    await logIn(hub(), { openid: 'o-2' });
    const id = await userOf(openid);
    await hub().app.model.User.updateOne({ _id: id }, { $set: { profile: { nickName: '小明(a+' } } });
    await hub().app.model.ImAccount.create({ _id: 'im-1', appid: MINI.appid, openid });
    for (const q of [openid, unionid ?? '', phoneNumber, '小', '小明(a', 'im-1', id]) assert.deepEqual(await found(anna, `q=${encodeURIComponent(q)}`), [id], q);
    for (const q of ['明', phoneNumber.slice(0, 6), 'o-', '$ne', '.*']) assert.deepEqual(await found(anna, `q=${encodeURIComponent(q)}`), [], q);
    const [person] = (await anna.ok<Page>('GET', `/users?q=${openid}`)).items;
    assert.equal(person.phone, `*******${phoneNumber.slice(-4)}`);
  });

  it('are listed by every filter and all of them together', async () => {
    const anna = await Console.as(hub(), 'agent', 'anna');
    await crowd(9);
    const follows = [1, 2, 5].map(i => ({ _id: `${OFFICIAL.appid}:f-${i}`, appid: OFFICIAL.appid, openid: `f-${i}`, userId: `user${i}`, following: i !== 2, followedAt: new Date(1_700_000_000_000 + i) }));
    await hub().app.model.Follow.insertMany(follows);
    assert.deepEqual(await found(anna, ''), Array.from({ length: 9 }, (_, i) => `user${i}`));
    assert.deepEqual((await found(anna, `appid=${OFFICIAL.appid}`)).sort(), ['user1', 'user5']);
    assert.deepEqual((await found(anna, 'following=true')).sort(), ['user1', 'user5']);
    assert.deepEqual(await found(anna, 'following=false'), ['user2']);
    assert.deepEqual(await found(anna, `following=true&appid=${OFFICIAL.appid}&seenSince=${new Date(Date.now() - 180_000).toISOString()}`), ['user1']);
    assert.deepEqual((await found(anna, `appid=${MINI.appid}&seenSince=${new Date(Date.now() - 200_000).toISOString()}`)), ['user0', 'user1', 'user2']);
    assert.deepEqual(await found(anna, `q=${encodeURIComponent('小明')}&following=true`), ['user1', 'user5']);
    for (const query of ['following=maybe', 'seenSince=yesterday', 'tag=-1', `q=${'x'.repeat(129)}`, 'appid=a%20b']) assert.equal(await anna.fails('GET', `/users?${query}`), '400 INVALID_ARGUMENT', query);
  });

  it('are found by their tag at the official account', async () => {
    const admin = await Console.as(hub(), 'admin', 'boss');
    await crowd(3);
    await hub().app.model.Follow.insertMany([0, 1].map(i => ({ _id: `${OFFICIAL.appid}:f-${i}`, appid: OFFICIAL.appid, openid: `f-${i}`, userId: `user${i}`, following: true, followedAt: new Date() })));
    await hub().sandbox.post('/users', { appid: OFFICIAL.appid, openids: ['f-0', 'f-1'], following: true });
    const { id } = await admin.ok<{ id: number }>('POST', `/tags?appid=${OFFICIAL.appid}`, { name: 'VIP' });
    const { done } = await admin.ok<{ done: number }>('PUT', `/tags/${id}/users?appid=${OFFICIAL.appid}`, { openids: ['f-1'] });
    assert.equal(done, 1);
    assert.deepEqual(await found(admin, `tag=${id}&appid=${OFFICIAL.appid}`), ['user1']);
    const unknown = await admin.ask('GET', `/users?tag=99999&appid=${OFFICIAL.appid}`);
    assert.deepEqual([unknown.status, unknown.error, unknown.message], [404, 'NOT_FOUND', 'The official account has no tag of this id.']);
    assert.deepEqual((await admin.ok<Detail>('GET', '/users/user1')).tags.map(({ name }) => name), ['VIP']);
  });

  it('show messages in both directions, with notes and grants', async () => {
    const anna = await Console.as(hub(), 'agent', 'anna');
    const { openid } = await logIn(hub(), { openid: 'o-1' });
    const id = await userOf(openid);
    await accept(hub(), openid, { times: 2 });
    await write(hub(), openid, '<img src=x onerror=alert(1)>');
    await anna.ok('POST', `/users/${id}/notes`, { text: ' asks for an invoice ' });
    await anna.ok('POST', `/conversations/${MINI.appid}:${openid}/messages`, { message: { msgtype: 'text', text: { content: 'here it is' } } });
    const person = await until(() => anna.ok<Detail>('GET', `/users/${id}`), ({ grants }) => grants[0]?.remaining === 2);
    assert.deepEqual(person.notes.map(({ text, who }) => [text, who]), [['asks for an invoice', 'anna']]);
    assert.deepEqual(person.grants.map(({ templateId }) => templateId), [TEMPLATE]);
    assert.deepEqual(person.timeline.items.map(({ from, type, text }) => [from, type, text]), [
      ['us', 'text', 'here it is'], ['person', 'text', '<img src=x onerror=alert(1)>'], ['person', 'event', null], ['person', 'event', null],
    ]);
    assert.equal(person.sessions.length, 1);
    assert.equal(await anna.fails('GET', '/users/nobody'), '404 NOT_FOUND');
    assert.equal(await anna.fails('POST', `/users/${id}/notes`, { text: ' ' }), '400 INVALID_ARGUMENT');
  });

  it('give their number, a copy, their sessions and themselves to administrators only, each with a line in the audit log', async () => {
    const [anna, boss] = [await Console.as(hub(), 'agent', 'anna'), await Console.as(hub(), 'admin', 'boss')];
    const { openid, token } = await logIn(hub(), { openid: 'o-1' });
    const { phoneNumber } = await hub().ok<{ phoneNumber: string }>('POST', '/api/phone', await openData(hub(), openid, 'phone'), token);
    const id = await userOf(openid);
    for (const [method, path] of [['POST', '/phone'], ['POST', '/sessions/revoke'], ['GET', '/export'], ['DELETE', '']]) assert.equal(await anna.fails(method, `/users/${id}${path}`), '403 FORBIDDEN', path);
    assert.equal((await boss.ok<{ phoneNumber: string }>('POST', `/users/${id}/phone`)).phoneNumber, phoneNumber);
    assert.match(await (await boss.fetch('GET', `/users/${id}/export`)).text(), /"openids"/);
    assert.deepEqual(await boss.ok('POST', `/users/${id}/sessions/revoke`), { revoked: 1 });
    assert.equal(await hub().fails('GET', '/api/me', undefined, token), 'UNAUTHENTICATED');
    await boss.ok('DELETE', `/users/${id}`);
    assert.equal(await boss.fails('GET', `/users/${id}`), '404 NOT_FOUND');
    const lines = await hub().app.model.AuditLog.find({ who: 'boss' }).sort({ at: 1 }).lean<Array<{ action: string }>>();
    for (const action of ['user.phone', 'user.export', 'user.revokeSessions', 'user.erase']) assert.ok(lines.some(line => line.action === action), `${action} of ${lines.map(line => line.action)}`);
  });
});

describe('the overview', () => {
  const hub = useApp();
  beforeEach(() => emptied(hub()));
  interface Overview {
    pushes: { total: number; series: Array<[string, number]> }; logins: { total: number }; people: { total: number }; sent: { total: number }; failed: { total: number }; followers: { total: number };
    health: Array<{ name: string; state: string; advice: string | null }>; problems: Array<{ kind: string; errcode: number | null }>;
  }

  it('shows counts by the hour, the state, and the latest failures', async () => {
    const anna = await Console.as(hub(), 'agent', 'anna');
    const { openid } = await logIn(hub(), { openid: 'o-1' });
    await logIn(hub(), { openid });
    await write(hub(), openid, 'hello');
    await anna.ok('POST', `/conversations/${MINI.appid}:${openid}/messages`, { message: { msgtype: 'text', text: { content: 'here it is' } } });
    const old = storedText(openid, 'long ago', new Date(Date.now() - 3 * 86_400_000));
    hub().app.keeping.stored(old);
    await hub().app.model.Outbox.create({
      _id: 'bad', kind: 'custom', appid: MINI.appid, openid, message: {}, lane: 'x', order: 1, state: 'failed', nextAt: new Date(), attempts: 1, createdAt: new Date(),
      lastError: { errcode: 45015, message: 'response out of time limit', at: new Date() },
    });
    const day = await until(async () => {
      await hub().app.keeping.flush();
      return anna.ok<Overview>('GET', '/overview');
    }, ({ sent }) => sent.total === 1);
    assert.deepEqual([day.people.total, day.logins.total, day.pushes.total, day.failed.total, day.pushes.series.length], [1, 2, 1, 0, 24]);
    assert.equal(day.pushes.series.at(-1)?.[1], 1);
    const [week, month] = await Promise.all(['7d', '30d'].map(range => anna.ok<Overview>('GET', `/overview?range=${range}`)));
    assert.deepEqual([week.pushes.total, week.pushes.series.length, month.pushes.total, month.pushes.series.length], [2, 168, 2, 120]);
    assert.deepEqual(day.problems.map(({ kind, errcode }) => [kind, errcode]), [['outbox', 45015]]);
    const names = day.health.map(({ name }) => name.split(' ')[0]);
    for (const name of ['database', 'clock', 'spool', 'queue', 'token', 'whitelist', 'callback', 'im']) assert.ok(names.includes(name), name);
    for (const { state, advice } of day.health) assert.equal(state === 'ok', advice === null);
    assert.equal(await anna.fails('GET', '/overview?range=1y'), '400 INVALID_ARGUMENT');
  });
});
