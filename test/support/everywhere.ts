import { randomUUID } from 'node:crypto';
import { nextOrder } from '../../app/lib/async/order';
import { logIn, openData } from './actors';
import type { TestApp } from './app';
import { MINI, OFFICIAL } from './environment';
import { callBack, stateChange } from './im';
import { accept, allHandled } from './subscriptions';
import { until } from './until';

/** A person who has left data in every collection that can hold data of a person. */
export interface Known {
  userId: string;
  openid: string;
  /** In the official account. */
  fan: string;
  token: string;
  /** Texts that identify them: openids, unionid, phone number, nickname, IM user id, their messages. */
  names: string[];
}

let people = 0;

/** Makes such a person, as far as possible by their own actions. */
export async function knownEverywhere(hub: TestApp): Promise<Known> {
  const { model } = hub.app;
  const number = ++people;
  const unionid = `union-everywhere-${number}`;
  const { token, openid } = await logIn(hub, { unionid });
  const userInfo = await openData(hub, openid, 'userInfo');
  await hub.ok('POST', '/api/unionId', userInfo, token);
  const { encryptedData, iv } = await openData(hub, openid, 'phone');
  const phone = await hub.ok<{ purePhoneNumber: string }>('POST', '/api/phone', { encryptedData, iv }, token);
  const { userId } = await hub.ok<{ userId: string }>('GET', '/api/me', undefined, token);
  const { openid: fan } = await hub.sandbox.post<{ openid: string }>('/follow', { appid: OFFICIAL.appid, unionid, following: false });
  const push = (appid: string, message: object) => hub.sandbox.post('/push', { appid, kind: appid === OFFICIAL.appid ? 'official' : 'miniprogram', message });
  await push(OFFICIAL.appid, { FromUserName: fan, MsgType: 'event', Event: 'subscribe' });
  const said = `said by ${openid} 🐟`;
  for (const MsgId of [1, 2]) await push(MINI.appid, { FromUserName: openid, MsgType: 'text', Content: `${said} ${MsgId}`, MsgId: number * 1000 + MsgId });
  await accept(hub, openid);
  await allHandled(hub);
  await until(() => model.Follow.exists({ openid: fan, userId }), found => found !== null);
  const imUserId = `im-of-${number}`;
  const other = `im-other-${number}`;
  await hub.ok('PUT', `/api/server/im/accounts/${imUserId}`, { appid: MINI.appid, openid, templateId: 'T' }, 'test-api-key-1');
  await hub.ok('PUT', `/api/server/im/accounts/${other}`, { appid: MINI.appid, openid: `o-other-${number}`, templateId: 'T' }, 'test-api-key-1');
  await callBack(hub, 'State.StateChange', stateChange(imUserId, 'Logout'));
  const now = new Date();
  const later = new Date(now.getTime() + 600_000);
  // Notices are gathered for a second in these tests: none may be sent meanwhile.
  for (const [_id, sender] of [[imUserId, other], [other, imUserId]]) {
    await model.ImNotice.create({ _id, count: 1, last: { at: now, order: nextOrder(), sender, text: said }, seen: ['x'], dueAt: later, expiresAt: later });
  }
  // The writes above are noted by now, or will be.
  await hub.app.keeping.flush();
  await model.Conversation.updateOne({ _id: `${MINI.appid}:${openid}` }, { appid: MINI.appid, openid, userId, lastAt: now, lastText: said, lastFrom: 'person', unread: 1, windowUntil: later, state: 'open',
  }, { upsert: true });
  await model.Note.create({ _id: randomUUID(), userId, at: now, who: 'ann', text: said });
  await model.Scene.create({ _id: `scene-${number}`, appid: MINI.appid, payload: { openid }, createdAt: now, scans: 1, openid });
  await model.MediaCheck.create({ _id: `${MINI.appid}:trace-${number}`, appid: MINI.appid, openid, url: `https://example.com/${openid}.jpg`, state: 'pending', createdAt: now });
  const audit = hub.app.createAnonymousContext().service.audit;
  await audit.record({ who: 'ann', action: 'message.send', target: `${MINI.appid}:${openid}`, detail: { openid } });
  await audit.record({ who: 'ann', action: 'user.phone', target: userId });
  await audit.record({ who: 'ann', action: 'message.redrive', target: 'row', detail: { openid, text: said } });
  await model.Job.create({
    _id: `job-${number}`, kind: 'tag', state: 'running', total: 2, done: 0, failed: 0, createdBy: 'ann', createdAt: now, input: { openids: [fan, 'o-somebody-else'] },
  });
  // Each stands behind the person: a list, and a broadcast.
  await model.Job.create([
    { kind: 'tag.users', cursor: fan, input: { appid: OFFICIAL.appid, openids: [fan, 'z-later'] } },
    { kind: 'broadcast', cursor: `${MINI.appid}:${openid}:T`, input: { appid: MINI.appid, templateId: 'T' } },
  ].map(job => ({ ...job, _id: `${job.kind}-${number}`, state: 'paused' as const, total: 2, done: 1, failed: 0, createdBy: 'ann', createdAt: now })));
  await audit.record({ who: 'ann', action: 'outbox.redrive', target: `reply:${MINI.appid}:${openid}:1`, detail: { openid } });
  await model.Sync.updateOne({ _id: OFFICIAL.appid }, {
    $set: { state: 'listing', startedAt: now, updatedAt: now, nextOpenid: fan, total: 1, listed: 1, followed: 1, unfollowed: 0, calls: 1 },
  }, { upsert: true });
  await hub.ok('POST', '/api/server/messages/custom', { appid: MINI.appid, openid, message: { msgtype: 'text', text: { content: said } } }, 'test-api-key-1');
  await model.Outbox.create({
    _id: `waits-${number}`, kind: 'custom', appid: MINI.appid, openid, message: { msgtype: 'text', text: { content: said } }, lane: `wechat:${MINI.appid}:${openid}`,
    order: nextOrder(), state: 'ready', nextAt: later, attempts: 1, createdAt: now,
  });
  const { nickName } = JSON.parse(userInfo.rawData) as { nickName: string };
  return { userId, openid, fan, token, names: [openid, fan, unionid, phone.purePhoneNumber, nickName, imUserId] };
}

/** The places of any of these texts in all collections, as `<collection>: <text>`. */
export async function whereNamed(hub: Pick<TestApp, 'app'>, names: string[]): Promise<string[]> {
  const { db } = hub.app.mongoose.connection;
  const found: string[] = [];
  for (const { name } of await db?.listCollections({}, { nameOnly: true }).toArray() ?? []) {
    for await (const document of db?.collection(name).find({}) ?? []) {
      const text = JSON.stringify(document);
      for (const one of names) if (text.includes(one)) found.push(`${name}: ${one}`);
    }
  }
  return found;
}

