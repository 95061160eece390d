import { logIn, openData } from './actors';
import type { TestApp } from './app';
import type { Console } from './console';
import type { Change, Prepare } from './consoleChanges';
import { MINI, OFFICIAL } from './environment';
import { write } from './keeping';
import { TEMPLATE } from './subscriptions';

/** A person who has logged in, given their number, and written. */
async function person(hub: TestApp): Promise<{ userId: string; conversation: string }> {
  const { openid, token } = await logIn(hub, { openid: 'o-somebody' });
  await hub.ok('POST', '/api/phone', await openData(hub, openid, 'phone'), token);
  await write(hub, openid, 'hello');
  await hub.app.keeping.flush();
  const { userId } = await hub.app.model.Openid.findById(`${MINI.appid}:${openid}`).lean<{ userId: string }>() as { userId: string };
  return { userId, conversation: `${MINI.appid}:${openid}` };
}

const ofPerson = (audited: string, body?: unknown): Prepare => async hub => ({ params: { id: (await person(hub)).userId }, ...(body ? { body } : {}), audited });
const ofConversation = (audited: string, body?: unknown): Prepare => async hub => ({ params: { id: (await person(hub)).conversation }, ...(body ? { body } : {}), audited });
/** Tags belong to the default official account, when none is named: the first of the tests' apps. */
const ofTag = (audited: string, body?: unknown): Prepare => async (hub: TestApp, admin: Console): Promise<Change> => {
  await hub.sandbox.post('/users', { appid: OFFICIAL.appid, openids: ['f-1'], following: true });
  const { id } = await admin.ok<{ id: number }>('POST', '/tags', { name: 'VIP' });
  return { params: { id: String(id) }, ...(body ? { body } : {}), audited };
};
const broadcast = { appid: MINI.appid, templateId: TEMPLATE, data: { thing1: { value: 'a parcel' } }, audience: { granted: true } };
const template = { appid: MINI.appid, tid: '401', kidList: [2, 4, 6], sceneDesc: '发货提醒' };

/** A call of each route about people that changes something. */
export const PEOPLE_CHANGES: Record<string, Prepare> = {
  'delete /console/api/users/:id': ofPerson('user.erase'),
  'get /console/api/users/:id/export': ofPerson('user.export'),
  'post /console/api/users/:id/phone': ofPerson('user.phone'),
  'post /console/api/users/:id/sessions/revoke': ofPerson('user.revokeSessions'),
  'post /console/api/users/:id/notes': ofPerson('note.create', { text: 'a note' }),
  'post /console/api/conversations/:id/messages': ofConversation('conversation.send', { message: { msgtype: 'text', text: { content: 'hello' } } }),
  'post /console/api/conversations/:id/read': ofConversation('conversation.read'),
  'patch /console/api/conversations/:id': ofConversation('conversation.update', { state: 'closed' }),
  'post /console/api/templates': () => ({ body: template, audited: 'template.create' }),
  'delete /console/api/templates/:id': async (_hub, admin) => ({ params: { id: (await admin.ok<{ id: string }>('POST', '/templates', template)).id }, audited: 'template.delete' }),
  'post /console/api/broadcasts': () => ({ body: broadcast, audited: 'broadcast.create' }),
  'patch /console/api/broadcasts/:id': async hub => {
    await hub.app.model.Job.create({
      _id: 'broadcast-1', kind: 'broadcast', state: 'paused', total: 1, done: 0, failed: 0, createdBy: 'admin', createdAt: new Date(), input: broadcast,
    });
    return { params: { id: 'broadcast-1' }, body: { state: 'stopped' }, audited: 'broadcast.update' };
  },
  'post /console/api/qrcodes': () => ({ body: { appid: MINI.appid, scene: 'table-7' }, audited: 'qrcode.create' }),
  'post /console/api/tags': () => ({ body: { name: 'VIP' }, audited: 'tag.create' }),
  'patch /console/api/tags/:id': ofTag('tag.update', { name: 'gold' }),
  'delete /console/api/tags/:id': ofTag('tag.delete'),
  'put /console/api/tags/:id/users': ofTag('tag.users', { openids: ['f-1'] }),
  'delete /console/api/tags/:id/users': ofTag('untag.users', { openids: ['f-1'] }),
};

/** "typing…" leaves nothing behind. An image comes as multipart/form-data: see the test of conversations. */
export const PEOPLE_NO_CHANGE = ['post /console/api/conversations/:id/typing', 'post /console/api/media'];
