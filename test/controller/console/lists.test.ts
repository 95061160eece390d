import assert from 'node:assert/strict';
import type { z } from 'zod';
import { consoleRoutes } from '../../../app/schema/console';
import { useApp, type TestApp } from '../../support/app';
import { Console } from '../../support/console';
import { MINI, OFFICIAL } from '../../support/environment';
import { emptied } from '../../support/keeping';

interface Page { items: Array<Record<string, unknown>>; next: string | null }

interface List {
  /** Fills it with as many as are expected, some of one millisecond or one name. @return the number of the tag that all have, where there is one */
  fill?(hub: TestApp, admin: Console): Promise<unknown>;
  /** Filters that find all of them; `TAG` stands for that number. */
  queries: string[];
  /** The field that names an item. */
  id: string;
  count: number;
  /** The field by which it is sorted, the latest first. */
  latest?: string;
}

const COUNT = 7;
const began = Date.now() - 3_600_000;
const numbers = Array.from({ length: COUNT }, (_, index) => index);
/** Four of the seven have one time. */
const at = (index: number) => new Date(began - (index < 4 ? 0 : index) * 60_000);
const account = (index: number) => ({ appid: MINI.appid, openid: `o-${index}` });

const fillJobs = (hub: TestApp) => hub.app.model.Job.insertMany(numbers.map(index => ({
  _id: `job-${index}`, kind: 'broadcast', state: 'done', total: 1, done: 1, failed: 0, createdBy: 'admin', createdAt: at(index), endedAt: new Date(),
  input: { appid: MINI.appid, templateId: 't', data: {}, audience: { granted: true } },
})));

async function fillPeople(hub: TestApp, admin: Console): Promise<number> {
  const seen = (index: number) => ({ createdAt: at(index), lastSeenAt: at(index) });
  await hub.app.model.User.insertMany(numbers.map(index => ({ _id: `user-${index}`, profile: { nickName: index < 4 ? '小明' : `小明${index}` }, ...seen(index) })));
  await hub.app.model.Openid.insertMany(numbers.map(index => ({ _id: `${MINI.appid}:o-${index}`, ...account(index), kind: 'miniprogram', userId: `user-${index}`, ...seen(index) })));
  await hub.app.model.Follow.insertMany(numbers.map(index => ({
    _id: `${OFFICIAL.appid}:f-${index}`, appid: OFFICIAL.appid, openid: `f-${index}`, userId: `user-${index}`, following: true, followedAt: at(index),
  })));
  const openids = numbers.map(index => `f-${index}`);
  await hub.sandbox.post('/users', { appid: OFFICIAL.appid, openids, following: true });
  const { id } = await admin.ok<{ id: number }>('POST', `/tags?appid=${OFFICIAL.appid}`, { name: 'VIP' });
  await admin.ok('PUT', `/tags/${id}/users?appid=${OFFICIAL.appid}`, { openids });
  return id;
}

/** Every list of the console, by its path. */
const LISTS: Record<string, List> = {
  '/users': {
    id: 'id', count: COUNT, fill: fillPeople,
    queries: [
      '', `appid=${MINI.appid}`, 'following=true', `appid=${OFFICIAL.appid}`, `q=${encodeURIComponent('小明')}`, `appid=${OFFICIAL.appid}&tag=TAG`, 'seenSince=2020-01-01T00:00:00Z',
      `appid=${MINI.appid}&following=true`, `q=${encodeURIComponent('小')}&following=true&appid=${MINI.appid}`,
    ],
  },
  '/conversations': {
    id: 'id', count: COUNT, latest: 'lastAt', queries: ['', 'filter=unread', 'filter=mine', `filter=open&appid=${MINI.appid}`, `filter=unread&appid=${MINI.appid}`, `filter=mine&appid=${MINI.appid}`, 'q=bert', `q=bert&filter=unread&appid=${MINI.appid}`, 'q=bert&filter=mine'],
    fill: async hub => {
      await hub.app.model.Openid.insertMany(numbers.map(index => ({ _id: `${MINI.appid}:o-${index}`, ...account(index), kind: 'miniprogram', userId: `user-${index}`, createdAt: at(index), lastSeenAt: at(index) })));
      await hub.app.model.User.insertMany(numbers.map(index => ({ _id: `user-${index}`, profile: { nickName: 'bert' }, createdAt: at(index), lastSeenAt: at(index) })));
      await hub.app.model.Conversation.insertMany(numbers.map(index => ({
        _id: `${MINI.appid}:o-${index}`, ...account(index), lastAt: at(index), lastText: 'hello', lastFrom: 'person', unread: 1, windowUntil: at(index), state: 'open', assignee: 'admin',
      })));
    },
  },
  '/outbox': {
    id: 'id', count: COUNT, latest: 'createdAt', queries: ['', 'state=dead', 'kind=custom', 'state=dead&kind=custom', `appid=${MINI.appid}`, 'openid=o-1', `openid=o-1&appid=${MINI.appid}&state=dead`],
    fill: hub => hub.app.model.Outbox.collection.insertMany(numbers.map(index => ({
      _id: `row-${index}`, kind: 'custom', appid: MINI.appid, openid: 'o-1', message: {}, lane: 'l', order: index, state: 'dead', nextAt: at(index), attempts: 1, createdAt: at(index),
    })) as never[]),
  },
  '/audit': {
    id: 'id', count: COUNT, latest: 'at', queries: ['who=anna', 'action=thing.done', 'who=anna&action=thing.done'],
    fill: hub => hub.app.model.AuditLog.insertMany(numbers.map(index => ({ _id: `line-${index}`, at: at(index), who: 'anna', action: 'thing.done', target: 't' }))),
  },
  '/broadcasts': { id: 'id', count: COUNT, latest: 'createdAt', queries: [''], fill: fillJobs },
  '/jobs': { id: 'id', count: COUNT, latest: 'createdAt', queries: ['kind=broadcast'], fill: fillJobs },
  '/qrcodes': {
    id: 'scene', count: COUNT, latest: 'createdAt', queries: ['', `appid=${MINI.appid}`],
    fill: hub => hub.app.model.Scene.insertMany(numbers.map(index => ({ _id: `scene-${index}`, appid: MINI.appid, payload: index, createdAt: at(index), scans: 0 }))),
  },
  '/rules': {
    id: 'id', count: COUNT, queries: [''],
    fill: async (_hub, admin) => {
      for (const index of numbers) await admin.ok('POST', '/rules', { when: { type: 'text', match: 'equals', text: String(index) }, reply: { via: 'custom', message: { msgtype: 'text', text: { content: 'hello' } } } });
    },
  },
  // Those of the tests' configuration.
  '/apps': { id: 'appid', count: 8, queries: [''] },
  '/admins': { id: 'username', count: COUNT, queries: [''], fill: hub => Promise.all(numbers.slice(1).map(index => Console.as(hub, 'agent', `agent-${index}`))) },
};

describe('every list of the console', () => {
  const hub = useApp();
  beforeEach(() => emptied(hub()));
  const pathOf = (path: string, query: string) => `${path}${query ? `?${query}` : ''}`;

  it('stands in the table', () => {
    const takesCursor = ({ query }: { query?: z.ZodType }) => query !== undefined && 'cursor' in (query as z.ZodObject).shape;
    const paths = consoleRoutes.filter(takesCursor).map(({ path }) => path.slice('/console/api'.length));
    assert.deepEqual(paths.sort(), Object.keys(LISTS).sort());
  });

  for (const [path, { fill, queries, id, count, latest }] of Object.entries(LISTS)) {
    it(`${path} gives everything once, page by page, in the order of the whole`, async () => {
      const admin = await Console.as(hub());
      const tag = await fill?.(hub(), admin);
      for (const each of queries) {
        const query = each.replace('TAG', String(tag));
        const base = pathOf(path, query);
        const page = (more: Record<string, string>) => admin.ok<Page>('GET', `${base}${query ? '&' : '?'}${new URLSearchParams(more)}`);
        const { items, next } = await page({ limit: '200' });
        const whole = items.map(item => String(item[id]));
        assert.deepEqual([new Set(whole).size, whole.length, next], [count, count, null], base);
        if (latest) assert.deepEqual(items.map(item => String(item[latest])), items.map(item => String(item[latest])).sort().reverse(), base);
        const found: string[] = [];
        for (let cursor: string | null = ''; cursor !== null;) {
          const some: Page = await page({ limit: '2', ...(cursor ? { cursor } : {}) });
          assert.ok(some.items.length <= 2 && found.length <= count, base);
          found.push(...some.items.map(item => String(item[id])));
          cursor = some.next;
        }
        assert.deepEqual(found, whole, base);
      }
    });

    it(`${path} refuses a cursor that is not its own, and a page of another size`, async () => {
      const admin = await Console.as(hub());
      const base = `${pathOf(path, queries[0])}${queries[0] ? '&' : '?'}`;
      const foreign = ['e30', '{"f":"_id","t":1,"s":0}', '{"f":{"$ne":1},"t":1,"s":0}', '[{"$gt":""},""]', 'null', '9'.repeat(700)].map(text => Buffer.from(text).toString('base64url'));
      for (const cursor of ['!', 'x'.repeat(1_025), ...foreign]) assert.equal(await admin.fails('GET', `${base}cursor=${encodeURIComponent(cursor)}`), '400 INVALID_ARGUMENT', cursor);
      for (const limit of ['0', '201', '-1', '1e2', '']) assert.equal(await admin.fails('GET', `${base}limit=${limit}`), '400 INVALID_ARGUMENT', limit);
    });
  }
});
