import type { Server } from '../../support/server';
import { MINI, OFFICIAL } from '../../support/environment';
import { AGENT, conversationOf, follows, HOSTILE, newPerson, writes } from './world';
import type { Visitor } from './browser';

export interface Seeded {
  /** `<appid>:<openid>` of a person who has written */
  conversation: string;
  userId: string;
  /** A row of the queue that was given up */
  dead: string;
}

type Named = { _id: string };

/** A value that WeChat takes for a kind of field. */
const VALUES: Record<string, string> = { time: '2026年1月31日 09:30', date: '2026年1月31日', amount: '￥100', number: '7', phone_number: '13800000000', character_string: 'A1001', phrase: '已发货', name: '王小明' };

/** Fills a server with a team's data of some days, through the same interfaces, and with failures of each kind. */
export async function seed(server: Server, admin: Visitor): Promise<Seeded> {
  const db = await server.database();
  await admin.api('POST', '/rules', { when: { type: 'text', match: 'contains', text: '价格' }, reply: { via: 'custom', message: { msgtype: 'text', text: { content: '{{nickname}}您好，价格表请看小程序首页。' } } } });
  await admin.api('POST', '/rules', { when: { type: 'text', match: 'regex', text: '几点|营业' }, reply: { via: 'custom', message: { msgtype: 'link', link: { title: '营业时间', description: '周一至周日 9:00–21:00', url: 'https://example.com/hours' } } } });
  await admin.api('POST', '/rules', { enabled: false, when: { type: 'event', event: 'subscribe' }, reply: { via: 'passive', message: { msgtype: 'news', news: { articles: [{ title: '欢迎关注', description: '新人福利', url: 'https://example.com' }] } } } });
  await admin.api('POST', '/admins', { ...AGENT, role: 'agent' });
  const people = [];
  for (const [index, name] of ['王小明', 'Alice Cooper', '李雷', '韩梅梅', '张伟', '深圳阿强'].entries()) people.push(await newPerson(server, name, { phone: index % 2 === 0 }));
  for (const { openid } of people.slice(0, 5)) await writes(server, openid, '你好，请问价格是多少？');
  await writes(server, people[0].openid, HOSTILE);
  await writes(server, people[1].openid, '很长的话'.repeat(500));
  await follows(server, 'oFollower0001');
  for (const { openid } of people.slice(0, 5)) await conversationOf(server, openid);
  await admin.api('PUT', `/apps/${OFFICIAL.appid}/menu`, { button: [{ type: 'view', name: '商城', url: 'https://example.com/' }, { name: '服务', sub_button: [{ type: 'click', name: '营业时间', key: 'HOURS' }, { type: 'miniprogram', name: '我的订单', url: 'https://example.com/', appid: MINI.appid, pagepath: 'pages/orders' }] }] });
  await admin.api('POST', `/tags?appid=${OFFICIAL.appid}`, { name: '老客户' });
  await admin.api('POST', '/qrcodes', { appid: MINI.appid, payload: { table: 7 }, page: 'pages/order', checkPath: false });
  await notify(server, admin, people[0].openid);
  await fail(server, people.map(({ openid }) => openid));
  await admin.api('POST', `/conversations/${MINI.appid}:${people[0].openid}/messages`, { message: { msgtype: 'text', text: { content: '您好，请问有什么可以帮您？' } } });
  const userId = String((await db.collection<Named & { userId: string }>('openids').findOne({ _id: `${MINI.appid}:${people[0].openid}` }))?.userId);
  await admin.api('POST', `/users/${userId}/notes`, { text: '每月都要发票，抬头见上次的邮件。' });
  return { conversation: `${MINI.appid}:${people[0].openid}`, userId, dead: 'failed-0' };
}

/** A template of the library, a grant for it, and a message to all who have one. */
async function notify(server: Server, admin: Visitor, openid: string): Promise<void> {
  const { data: library } = await admin.api<Array<{ tid: string; keywords: Array<{ kid: number }> }>>('GET', `/templates/library?appid=${MINI.appid}`);
  const { data } = await admin.api<{ id: string } | null>('POST', '/templates', { appid: MINI.appid, tid: library[0].tid, kidList: library[0].keywords.slice(0, 2).map(({ kid }) => kid), sceneDesc: '通知买家' });
  const { data: templates } = await admin.api<Array<{ id: string; fields: Array<{ key: string; kind: string }> }>>('GET', `/templates?appid=${MINI.appid}`);
  const template = templates.find(({ id }) => id === data?.id) ?? templates[0];
  await server.sandbox.post('/grant', { openid, templateId: template.id, count: 2, appid: MINI.appid });
  await server.sandbox.post('/push', { appid: MINI.appid, message: { FromUserName: openid, MsgType: 'event', Event: 'subscribe_msg_popup_event', List: [{ TemplateId: template.id, SubscribeStatusString: 'accept', PopupScene: '1' }] } });
  const values = Object.fromEntries(template.fields.map(({ key, kind }) => [key, { value: VALUES[kind] ?? '苹果' }]));
  await admin.api('POST', '/broadcasts', { appid: MINI.appid, templateId: template.id, data: values, audience: { granted: true } });
}

/** Rows in the state in which the sender leaves them after a refusal, a missing answer, or a broken connection. */
async function fail(server: Server, openids: string[]): Promise<void> {
  const now = Date.now();
  const rows = openids.map((openid, index) => ({
    _id: `failed-${index}`, kind: 'custom', appid: MINI.appid, openid, lane: `${MINI.appid}:${openid}`, order: index,
    message: { msgtype: 'text', text: { content: '您的包裹已经发出，请注意查收。' } },
    state: ['dead', 'failed', 'unknown'][index % 3], nextAt: new Date(now), attempts: 6,
    lastError: index % 3 === 1 ? { errcode: 45015, message: '45015 response out of time limit', at: new Date(now) } : { message: 'socket hang up', at: new Date(now) },
    createdAt: new Date(now - index * 3_600_000),
  }));
  await (await server.database()).collection<Named>('outbox').insertMany(rows);
}
