import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { useApp } from '../../support/app';
import { MINI, OFFICIAL } from '../../support/environment';
import { accept, remaining } from '../../support/subscriptions';
import { until } from '../../support/until';
import type { OutboxDocument } from '../../../app/lib/outbox/document';
import type { SubscriptionTemplate } from '../../../app/lib/wechat/outgoing/subscriptionTemplate';

const KEY = 'test-api-key-1';
const PATH = '/api/server/templates';
const LIST = '/wxaapi/newtmpl/gettemplate';
const ADD = '/wxaapi/newtmpl/addtemplate';
const PLAIN = 'wxtestplain00000001';

interface Field { key: string; kind: string; limit: number; name: string | null; values: string[] | null }
interface Template { templateId: string; appid: string; title: string; fields: Field[]; longTerm: boolean; syncedAt: string | null }
interface Library { items: Array<{ tid: string; title: string; keywords: Array<{ kid: number; name: string; rule: string }> }>; more: boolean }

describe('subscription templates', () => {
  const hub = useApp();
  const list = (query = '') => hub().ok<Template[]>('GET', `${PATH}${query}`, undefined, KEY);
  const add = (body: object = {}) => hub().ok<Template>('POST', PATH, { tid: 401, kidList: [2, 4, 6], sceneDesc: '发货提醒', ...body }, KEY);
  const fails = (method: string, path: string, body?: unknown) => hub().call(method, path, body, KEY);
  const fault = (path: string, what: object) => hub().sandbox.post('/faults', { path, ...what });
  const stored = (id: string) => hub().app.model.Template.findById(id).lean<SubscriptionTemplate>();
  const send = (templateId: string, data: object, more: object = {}) => fails('POST', '/api/server/messages/subscribe', { openid: 'o1', templateId, data, ...more });
  const granted = async (templateId: string, times = 1) => {
    await accept(hub(), 'o1', { templateId, times });
    await remaining(hub(), 'o1', times, templateId);
  };
  /** Names that no earlier test has asked for. */
  const fresh = () => `T${randomUUID()}`;

  it('are searched in the library by title or tid, with their keywords', async () => {
    const search = (q: string) => hub().ok<Library>('GET', `${PATH}/library?q=${encodeURIComponent(q)}`, undefined, KEY);
    const { items, more } = await search('上课');
    assert.deepEqual([items.map(({ title }) => title), more], [['上课提醒'], false]);
    assert.deepEqual(items[0].keywords.map(({ kid, name, rule }) => [kid, name, rule]), [[1, '课程名称', 'thing'], [2, '上课时间', 'date'], [3, '老师', 'name']]);
    assert.deepEqual((await search('5002')).items.map(({ title }) => title), ['停课通知']);
    assert.deepEqual(await search('🎉'), { items: [], more: false });
    assert.equal((await hub().ok<Library>('GET', `${PATH}/library`, undefined, KEY)).items.length, 8);
    assert.equal((await fails('GET', `${PATH}/library?q=${'x'.repeat(65)}`)).error, 'INVALID_ARGUMENT');
  });

  it('are added from the library, listed with fields and values, and removed', async () => {
    const made = await add();
    assert.deepEqual(made.fields, [
      { key: 'thing2', kind: 'thing', limit: 20, name: '商品名称', values: null },
      { key: 'time4', kind: 'time', limit: 64, name: '更新时间', values: null },
      { key: 'enum_string6', kind: 'enum_string', limit: 20, name: '配送方式', values: ['快递', '自提', '同城配送'] },
    ]);
    assert.deepEqual([made.title, made.appid, made.longTerm, typeof made.syncedAt], ['订单发货通知', MINI.appid, false, 'string']);
    const { longTerm } = await add({ tid: '5002', kidList: [1, 2], sceneDesc: '停课' });
    assert.equal(longTerm, true);
    assert.deepEqual((await list()).map(({ templateId }) => templateId).includes(made.templateId), true);
    const [{ body }] = (await hub().sandbox.call<{ calls: Array<{ body: unknown }> }>('GET', `/calls?path=${encodeURIComponent(ADD)}`)).calls;
    assert.equal(body, 'tid=401&kidList=2&kidList=4&kidList=6&sceneDesc=%E5%8F%91%E8%B4%A7%E6%8F%90%E9%86%92');
    await hub().ok('DELETE', `${PATH}/${made.templateId}`, undefined, KEY);
    assert.equal(await stored(made.templateId), null);
    assert.equal((await fails('DELETE', `${PATH}/${made.templateId}`)).error, 'NOT_FOUND');
  });

  it('explain, in both languages, why WeChat refuses one', async () => {
    await add();
    const again = await fails('POST', PATH, { tid: '401', kidList: [2, 4, 6], sceneDesc: '发货提醒' });
    assert.deepEqual([again.error, again.data.errcode], ['WECHAT_ERROR', 200022]);
    assert.match(again.message, /has this template already/);
    assert.match((await fails('POST', PATH, { tid: '999', kidList: [1, 2], sceneDesc: 'x' })).message, /no such template \(200014\)/);
    assert.match((await fails('POST', PATH, { tid: '401', kidList: [1, 99], sceneDesc: 'x' })).message, /2 to 5 keywords of the template \(200020\)/);
    for (const [errcode, said] of [[200011, /banned/], [200012, /25: remove one first/], [200013, /banned/], [43106, /punishment/], [200021, /1 to 15/], [48001, /may not use/]] as const) {
      await fault(ADD, { errcode, times: 1 });
      const answer = await fails('POST', PATH, { tid: '402', kidList: [1, 2], sceneDesc: 'x' });
      assert.deepEqual([answer.error, answer.data.errcode], ['WECHAT_ERROR', errcode]);
      assert.match(answer.message, said);
    }
    await fault(ADD, { errcode: 200012, times: 1 });
    const chinese = await fetch(`${hub().url}${PATH}`, {
      method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${KEY}`, 'accept-language': 'zh-CN' }, body: JSON.stringify({ tid: '402', kidList: [1, 2], sceneDesc: 'x' }),
    });
    assert.match((await chinese.json() as { message: string }).message, /上限 25 个/);
  });

  it('are refused before WeChat is asked when they are invalid', async () => {
    for (const body of [
      { tid: 'abc' }, { kidList: [1] }, { kidList: [1, 2, 3, 4, 5, 6] }, { kidList: [2, 2] }, { kidList: [] }, { sceneDesc: '' }, { sceneDesc: '一二三四五六七八九十一二三四五六' }, { tid: { $gt: 0 } },
    ]) {
      const answer = await fails('POST', PATH, { tid: '401', kidList: [1, 2], sceneDesc: 'x', ...body });
      assert.equal(answer.error, 'INVALID_ARGUMENT', JSON.stringify(body));
    }
    assert.equal(await hub().sandbox.count(ADD), 0);
    // 15 characters of four bytes each.
    assert.equal((await add({ sceneDesc: '😀'.repeat(15) })).title, '订单发货通知');
  });

  it('follow changes in WeChat\'s console, and keep those that administrators have entered', async () => {
    await hub().app.model.Template.create({ _id: 'by-hand', appid: MINI.appid, title: '手工', fields: [{ key: 'thing1' }], longTerm: false });
    await hub().sandbox.post('/templates', { templates: [{ templateId: 'first', keys: ['thing1'], title: '一' }, { templateId: 'second', keys: ['date2'], longTerm: true }] });
    const { service } = hub().app.createAnonymousContext();
    await service.template.refreshAll();
    assert.deepEqual([(await stored('second'))?.longTerm, (await stored('second'))?.fields[0].kind], [true, 'date']);
    await hub().sandbox.post('/templates', { templates: [{ templateId: 'first', keys: ['thing1', 'name3'], title: '二' }] });
    assert.deepEqual((await list()).map(({ templateId, title, fields }) => [templateId, title, fields.length]), [['by-hand', '手工', 1], ['first', '二', 2]]);
    await fault(LIST, { errcode: -1, times: 0 });
    assert.equal((await list()).length, 2);
    assert.equal((await fails('GET', `${PATH}?appid=${PLAIN}`)).error, 'WECHAT_BUSY');
    assert.equal((await fails('GET', `${PATH}?appid=unknown`)).error, 'NOT_FOUND');
  });

  it('cannot be managed for an official account', async () => {
    const made = await hub().ok<Template>('POST', `${PATH}?appid=${OFFICIAL.appid}`, { tid: '401', kidList: [1, 2], sceneDesc: 'x' }, KEY);
    assert.equal(made.appid, OFFICIAL.appid);
    assert.deepEqual((await list(`?appid=${OFFICIAL.appid}`)).map(({ templateId }) => templateId), [made.templateId]);
    assert.match((await fails('DELETE', `${PATH}/${made.templateId}?appid=${MINI.appid}`)).message, /another app: wxtestofficial00001/);
  });

  it('are looked for once when they are unknown, and then check the message', async () => {
    const templateId = fresh();
    await hub().sandbox.post('/templates', { appid: PLAIN, templates: [{ templateId, keys: ['phrase1', 'enum_string2'], values: { enum_string2: ['是', '否'] } }] });
    const before = await hub().sandbox.count(LIST);
    const [good, bad] = await Promise.all([
      send(templateId, { phrase1: { value: '已发货' }, enum_string2: { value: '是' } }, { appid: PLAIN }),
      send(templateId, { phrase1: { value: 'abc' }, enum_string2: { value: '是' } }, { appid: PLAIN }),
    ]);
    assert.deepEqual([good.error, bad.error], ['NO_GRANT', 'INVALID_ARGUMENT']);
    assert.match(bad.message, /phrase1/);
    const other = await send(templateId, { phrase1: { value: '已发货' }, enum_string2: { value: '也许' } }, { appid: PLAIN });
    assert.equal(other.message, 'data.enum_string2 is not one of its values: it takes one of 是, 否.');
    const unknown = fresh();
    for (let i = 0; i < 3; i++) assert.equal((await send(unknown, { thing1: { value: 'x' } }, { appid: PLAIN })).error, 'NO_GRANT');
    assert.equal(await hub().sandbox.count(LIST) - before, 1);
  });

  it('of another app are refused, and no grant is lost', async () => {
    const templateId = fresh();
    await granted(templateId);
    await hub().app.model.Template.create({ _id: templateId, appid: PLAIN, title: 'x', fields: [{ key: 'thing1' }], longTerm: false });
    const refused = await send(templateId, { thing1: { value: 'x' } });
    assert.deepEqual([refused.error, refused.message], ['INVALID_ARGUMENT', `This template is that of another app: ${PLAIN}.`]);
    assert.equal(await hub().app.model.Outbox.countDocuments({}), 0);
    await remaining(hub(), 'o1', 1, templateId);
  });

  it('do not check values while WeChat does not answer', async () => {
    const templateId = fresh();
    await granted(templateId);
    await fault(LIST, { errcode: -1, times: 0 });
    const { id } = (await send(templateId, { thing1: { value: '😀'.repeat(20) } })).data as { id: string };
    const row = await until(() => hub().app.model.Outbox.findById(id).lean<OutboxDocument>(), found => !['ready', 'leased'].includes(found?.state ?? ''));
    assert.equal(row?.state, 'sent');
  });
});
