import assert from 'node:assert/strict';
import { useApp } from '../../support/app';
import { MINI, OFFICIAL } from '../../support/environment';
import { until } from '../../support/until';
import type { JobDocument } from '../../../app/model/job';

const KEY = 'test-api-key-1';
const PATH = '/api/server/tags';
const TAG = '/cgi-bin/tags/members/batchtagging';

interface Tagged { done: number; failed: Array<{ openid: string; errcode: number; errmsg: string }>; jobId?: string }
interface Told { remark: string }

describe('tags and remarks', () => {
  const hub = useApp();
  const create = (name: string) => hub().ok<{ id: number }>('POST', PATH, { name }, KEY);
  const list = () => hub().ok<Array<{ id: number; name: string; count: number }>>('GET', PATH, undefined, KEY);
  const tag = (method: string, id: number, openids: string[]) => hub().ok<Tagged>(method, `${PATH}/${id}/users`, { openids }, KEY);
  const fails = (method: string, path: string, body?: unknown) => hub().call(method, path, body, KEY);
  const fault = (what: object, path = TAG) => hub().sandbox.post('/faults', { path, ...what });
  const names = (count: number) => Array.from({ length: count }, (_, index) => `person${String(index).padStart(5, '0')}`);
  const people = async (count: number) => {
    const openids = names(count);
    await hub().sandbox.post('/users', { appid: OFFICIAL.appid, openids, following: true });
    return openids;
  };

  it('are made, listed, renamed and removed', async () => {
    const { id } = await create('老客户🎉');
    assert.deepEqual(await list(), [{ id, name: '老客户🎉', count: 0 }]);
    await hub().ok('PATCH', `${PATH}/${id}`, { name: '😀😀😀😀😀😀😀ab' }, KEY);
    assert.equal((await list())[0].name, '😀😀😀😀😀😀😀ab');
    await hub().ok('DELETE', `${PATH}/${id}`, undefined, KEY);
    assert.deepEqual(await list(), []);
  });

  it('have names of at most 30 bytes, and belong to an official account', async () => {
    await create('一二三四五六七八九十');
    for (const name of ['一二三四五六七八九十a', '', 'a'.repeat(31), 'a\nb', 7]) {
      const answer = await fails('POST', PATH, { name });
      assert.equal(answer.error, 'INVALID_ARGUMENT', String(name));
    }
    assert.equal((await fails('POST', `${PATH}?appid=${MINI.appid}`, { name: 'x' })).error, 'INVALID_ARGUMENT');
    assert.equal((await fails('GET', `${PATH}?appid=unknown`)).error, 'NOT_FOUND');
    assert.equal((await fails('PATCH', `${PATH}/x`, { name: 'x' })).error, 'INVALID_ARGUMENT');
    assert.equal((await hub().call('GET', PATH)).error, 'UNAUTHENTICATED');
  });

  it('explain WeChat\'s refusals', async () => {
    await create('taken');
    const cases: Array<[string, string, unknown, RegExp]> = [
      ['POST', PATH, { name: 'taken' }, /45157/],
      ['PATCH', `${PATH}/2`, { name: 'x' }, /WeChat's own/],
      ['DELETE', `${PATH}/0`, undefined, /WeChat's own/],
      ['DELETE', `${PATH}/9999`, undefined, /no tag of this id/],
      ['PUT', '/api/server/users/nobody/remark', { remark: 'x' }, /not one of this official account \(40003\)/],
    ];
    for (const [method, path, body, said] of cases) {
      const answer = await fails(method, path, body);
      assert.deepEqual([answer.error, said.test(answer.message)], ['WECHAT_ERROR', true], `${path} ${answer.message}`);
    }
    for (const errcode of [45056, 45157, 45158]) {
      await fault({ errcode, times: 1 }, '/cgi-bin/tags/create');
      const answer = await fails('POST', PATH, { name: 'y' });
      assert.equal(answer.data.errcode, errcode);
      assert.match(answer.message, new RegExp(`\\(${errcode}\\)`));
    }
    await fault({ errcode: 45057, times: 1 }, '/cgi-bin/tags/delete');
    assert.match((await fails('DELETE', `${PATH}/100`)).message, /100,000 people/);
  });

  it('are given in batches of 50, and taken away', async () => {
    const openids = await people(120);
    const { id } = await create('x');
    assert.deepEqual(await tag('PUT', id, [...openids, openids[0]]), { done: 120, failed: [] });
    assert.equal(await hub().sandbox.count(TAG), 3);
    assert.equal((await list())[0].count, 120);
    assert.deepEqual(await tag('DELETE', id, openids.slice(0, 20)), { done: 20, failed: [] });
    assert.equal((await list())[0].count, 100);
  });

  it('are given to all people but those who cannot have them, who are named', async () => {
    const openids = await people(12);
    const { id } = await create('x');
    const { done, failed } = await tag('PUT', id, [...openids.slice(0, 7), 'nobody-1', ...openids.slice(7), 'nobody-2']);
    assert.deepEqual([done, failed.map(({ openid, errcode }) => [openid, errcode])], [12, [['nobody-1', 40003], ['nobody-2', 40003]]]);
    assert.equal((await list())[0].count, 12);
  });

  it('are tried again after 45159, which WeChat answers at random, and unknown after more of them', async () => {
    const [openid] = await people(1);
    const { id } = await create('x');
    await fault({ errcode: 45159, times: 3 });
    assert.deepEqual(await tag('PUT', id, [openid]), { done: 1, failed: [] });
    assert.equal((await fails('PUT', `${PATH}/9999/users`, { openids: [openid] })).error, 'NOT_FOUND');
  });

  it('are given one batch at a time, over all callers', async () => {
    const openids = await people(100);
    const ids = await Promise.all(['a', 'b', 'c', 'd'].map(async name => (await create(name)).id));
    const answers = await Promise.all(ids.map(id => tag('PUT', id, openids)));
    assert.deepEqual(answers.map(({ done }) => done), [100, 100, 100, 100]);
    // If two calls had met, WeChat would have answered 45159, and a batch would have been sent again.
    assert.equal(await hub().sandbox.count(TAG), 8);
  });

  it('are given to more than 500 people by a job, which forgets them at its end', async () => {
    const openids = await people(620);
    const { id } = await create('x');
    await fault({ errcode: 45011, times: 1 });
    const { jobId = '' } = await tag('PUT', id, [...openids.slice(0, 510), 'nobody', ...openids.slice(510)]);
    const ended = await until(() => hub().ok<{ state: string; done: number }>('GET', `/api/server/jobs/${jobId}`, undefined, KEY), ({ state }) => state !== 'running', 30);
    assert.deepEqual({ ...ended, createdAt: '', endedAt: '', lastError: '' }, {
      id: jobId, kind: 'tag.users', state: 'done', total: 621, done: 620, failed: 1, errors: { 40003: 1 }, createdAt: '', endedAt: '', lastError: '',
    });
    assert.equal((await list())[0].count, 620);
    const job = await hub().app.model.Job.findById(jobId).lean<JobDocument>();
    assert.deepEqual(job?.input, { appid: OFFICIAL.appid, tagId: id, on: true });
    assert.equal((await fails('GET', '/api/server/jobs/none')).error, 'NOT_FOUND');
  }).timeout(60_000);

  it('take remarks of up to 30 characters', async () => {
    const [openid] = await people(1);
    const path = `/api/server/users/${openid}/remark`;
    const remark = '备注😀'.repeat(10);
    await hub().ok('PUT', path, { remark }, KEY);
    const info = async () => {
      const { accessToken } = await hub().ok<{ accessToken: string }>('GET', `/api/server/access-token?appid=${OFFICIAL.appid}`, undefined, KEY);
      return await (await fetch(`${hub().sandbox.url}/cgi-bin/user/info?access_token=${accessToken}&openid=${openid}`)).json() as Told;
    };
    assert.equal((await info()).remark, remark);
    await hub().ok('PUT', path, { remark: '' }, KEY);
    assert.equal((await info()).remark, '');
    for (const bad of ['字'.repeat(31), 'a\u0000b', 7]) assert.equal((await fails('PUT', path, { remark: bad })).error, 'INVALID_ARGUMENT');
    assert.equal((await fails('PUT', `${path}?appid=${MINI.appid}`, { remark: 'x' })).error, 'INVALID_ARGUMENT');
  });
});
