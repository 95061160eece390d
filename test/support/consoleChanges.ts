import type { TestApp } from './app';
import type { Console } from './console';
import { MINI, OFFICIAL } from './environment';
import { PASSWORD } from './console';
import { PEOPLE_CHANGES, PEOPLE_NO_CHANGE } from './consolePeopleChanges';

/** A valid call that changes something. */
export interface Change {
  params?: Record<string, string>;
  body?: unknown;
  /** The line that it leaves in the audit log. */
  audited: string;
}

export type Prepare = (hub: TestApp, admin: Console) => Promise<Change> | Change;

const rule = { when: { type: 'text' }, reply: { via: 'custom', message: { msgtype: 'text', text: { content: 'hello' } } } };

async function storedRule(admin: Console): Promise<string> {
  return (await admin.ok<{ id: string }>('POST', '/rules', rule)).id;
}

async function storedRow(hub: TestApp, state: string): Promise<string> {
  const now = new Date();
  const _id = `row-${state}`;
  await hub.app.model.Outbox.collection.insertOne({
    _id: _id as never, kind: 'custom', appid: MINI.appid, openid: 'o1', message: { msgtype: 'text', text: { content: 'hello' } }, lane: `wechat:${MINI.appid}:o1`, order: 1,
    state, nextAt: new Date(now.getTime() + 3_600_000), attempts: 1, createdAt: now,
  });
  return _id;
}

const newApp = { appid: 'wxnewapp', kind: 'miniprogram', secret: 'a-new-secret' };
const storedApp = async (admin: Console) => ({ appid: (await admin.ok<{ appid: string }>('POST', '/apps', newApp)).appid });
const storedAgent = async (admin: Console) => ({ name: (await admin.ok<{ username: string }>('POST', '/admins', { username: 'lihua', password: PASSWORD, role: 'agent' })).username });
const menu = { button: [{ type: 'click', name: 'Menu', key: 'MENU' }] };
const all = { filter: { state: 'dead' } };

async function storedJob(hub: TestApp): Promise<string> {
  const job = await hub.app.model.Job.create({
    _id: 'job-1', kind: 'of.another.version', state: 'running', total: 1, done: 0, failed: 0, createdBy: 'admin', createdAt: new Date(), input: {},
  });
  return job._id;
}

/** A call of each route that changes something, by method and path. */
export const CHANGES: Record<string, Prepare> = {
  'delete /console/api/session': () => ({ audited: 'session.signOut' }),
  'post /console/api/rules': () => ({ body: rule, audited: 'rule.create' }),
  'patch /console/api/rules/:id': async (_hub, admin) => ({ params: { id: await storedRule(admin) }, body: { enabled: false }, audited: 'rule.update' }),
  'delete /console/api/rules/:id': async (_hub, admin) => ({ params: { id: await storedRule(admin) }, audited: 'rule.delete' }),
  'put /console/api/rules/order': async (_hub, admin) => {
    const [first, second] = [await storedRule(admin), await storedRule(admin)];
    return { body: { ids: [second, first] }, audited: 'rule.order' };
  },
  'post /console/api/outbox/:id/redrive': async hub => ({ params: { id: await storedRow(hub, 'dead') }, audited: 'outbox.redrive' }),
  'post /console/api/outbox/:id/drop': async hub => ({ params: { id: await storedRow(hub, 'ready') }, audited: 'outbox.drop' }),
  'post /console/api/outbox/redrive': () => ({ body: all, audited: 'outbox.redrive' }),
  'post /console/api/outbox/drop': () => ({ body: all, audited: 'outbox.drop' }),
  'patch /console/api/jobs/:id': async hub => ({ params: { id: await storedJob(hub) }, body: { state: 'paused' }, audited: 'job.update' }),
  'post /console/api/apps': () => ({ body: newApp, audited: 'app.create' }),
  'patch /console/api/apps/:appid': async (_hub, admin) => ({ params: await storedApp(admin), body: { name: 'Another' }, audited: 'app.update' }),
  'delete /console/api/apps/:appid': async (_hub, admin) => ({ params: await storedApp(admin), audited: 'app.delete' }),
  'put /console/api/apps/:appid/menu': () => ({ params: { appid: OFFICIAL.appid }, body: menu, audited: 'menu.update' }),
  'delete /console/api/apps/:appid/menu': () => ({ params: { appid: OFFICIAL.appid }, audited: 'menu.delete' }),
  'post /console/api/admins': () => ({ body: { username: 'lihua', password: PASSWORD, role: 'agent' }, audited: 'admin.create' }),
  'patch /console/api/admins/:name': async (_hub, admin) => ({ params: await storedAgent(admin), body: { role: 'admin' }, audited: 'admin.update' }),
  'delete /console/api/admins/:name': async (_hub, admin) => ({ params: await storedAgent(admin), audited: 'admin.delete' }),
  'get /console/api/export/users.csv': () => ({ audited: 'export.csv' }),
  'get /console/api/export/messages.csv': () => ({ audited: 'export.csv' }),
  'get /console/api/export/outbox.csv': () => ({ audited: 'export.csv' }),
  ...PEOPLE_CHANGES,
};

/** Routes that are no GET and change nothing. */
export const NO_CHANGE = new Set(['post /console/api/rules/try', 'post /console/api/apps/:appid/check', ...PEOPLE_NO_CHANGE]);
