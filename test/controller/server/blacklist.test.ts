import assert from 'node:assert/strict';
import { useApp } from '../../support/app';
import { MINI, OFFICIAL } from '../../support/environment';
import { until } from '../../support/until';

const KEY = 'test-api-key-1';
const PATH = '/api/server/blacklist';
const PUT_ON = '/cgi-bin/tags/members/batchblacklist';

interface Changed { done: number; failed: Array<{ openid: string; errcode: number }>; jobId?: string }
interface Page { total: number; openids: string[]; next: string | null }

describe('the blacklist of an official account', () => {
  const hub = useApp();
  const change = (method: string, openids: string[]) => hub().ok<Changed>(method, PATH, { openids }, KEY);
  const show = (query = '') => hub().ok<Page>('GET', `${PATH}${query}`, undefined, KEY);
  const people = async (count: number) => {
    const openids = Array.from({ length: count }, (_, index) => `person${String(index).padStart(5, '0')}`);
    await hub().sandbox.post('/users', { appid: OFFICIAL.appid, openids, following: true });
    return openids;
  };

  it('is changed in batches of 20, and shown', async () => {
    assert.deepEqual(await show(), { total: 0, openids: [], next: null });
    const openids = await people(45);
    assert.deepEqual(await change('PUT', [...openids, openids[0]]), { done: 45, failed: [] });
    assert.equal(await hub().sandbox.count(PUT_ON), 3);
    assert.deepEqual(await show(), { total: 45, openids, next: null });
    assert.deepEqual(await show(`?cursor=${openids[42]}`), { total: 45, openids: openids.slice(43), next: null });
    assert.deepEqual(await change('DELETE', openids.slice(0, 44)), { done: 44, failed: [] });
    assert.deepEqual(await show(), { total: 1, openids: openids.slice(44), next: null });
    // Once more is no harm.
    assert.deepEqual(await change('DELETE', openids.slice(0, 1)), { done: 1, failed: [] });
  });

  it('takes all but those who are nobody, or another account\'s, who are named', async () => {
    const openids = await people(5);
    await hub().sandbox.post('/users', { appid: 'wxtestofficialplain', openids: ['others'], following: true });
    const { done, failed } = await change('PUT', [...openids, 'nobody', 'others']);
    assert.deepEqual([done, failed.map(({ openid, errcode }) => [openid, errcode])], [5, [['nobody', 40003], ['others', 49003]]]);
    assert.equal((await show()).total, 5);
    assert.deepEqual(await show('?appid=wxtestofficialplain'), { total: 0, openids: [], next: null });
  });

  it('is changed one batch at a time, whoever asks', async () => {
    const openids = await people(60);
    await hub().sandbox.post('/faults', { path: PUT_ON, delayMs: 20, times: 0 });
    const answers = await Promise.all([0, 20, 40].map(from => change('PUT', openids.slice(from, from + 20))));
    assert.deepEqual(answers.map(({ done }) => done), [20, 20, 20]);
    const { calls } = await hub().sandbox.call<{ calls: Array<{ at: string; ms: number }> }>('GET', `/calls?path=${PUT_ON}`);
    const inTurn = calls.map(({ at, ms }) => ({ begun: new Date(at).getTime(), ms })).sort((a, b) => a.begun - b.begun);
    assert.equal(inTurn.length, 3);
    assert.ok(inTurn.every(({ begun }, index) => index === 0 || begun >= Math.floor(inTurn[index - 1].begun + inTurn[index - 1].ms)), JSON.stringify(calls));
  });

  it('is changed by a job above 500 people', async () => {
    const openids = await people(510);
    const { jobId } = await change('PUT', openids);
    const ended = await until(() => hub().ok<{ kind: string; state: string; done: number; failed: number }>('GET', `/api/server/jobs/${jobId}`, undefined, KEY), ({ state }) => state !== 'running', 30);
    assert.deepEqual([ended.kind, ended.state, ended.done, ended.failed], ['blacklist.users', 'done', 510, 0]);
    assert.equal((await show()).total, 510);
    const job = await hub().app.model.Job.findById(jobId).lean();
    assert.deepEqual(job?.input, { appid: OFFICIAL.appid, on: true });
  }).timeout(60_000);

  it('is an official account\'s, and refuses what names nobody', async () => {
    const refused: Array<[string, string, unknown, string]> = [
      ['GET', `${PATH}?appid=${MINI.appid}`, undefined, 'INVALID_ARGUMENT'], ['GET', `${PATH}?appid=unknown`, undefined, 'NOT_FOUND'],
      ['GET', `${PATH}?cursor=%20`, undefined, 'INVALID_ARGUMENT'], ['GET', `${PATH}?cursor=nobody`, undefined, 'WECHAT_ERROR'],
      ['PUT', PATH, { openids: [] }, 'INVALID_ARGUMENT'], ['PUT', PATH, {}, 'INVALID_ARGUMENT'], ['DELETE', PATH, { openids: ['😀'] }, 'INVALID_ARGUMENT'],
      ['PUT', `${PATH}?appid=${MINI.appid}`, { openids: ['a'] }, 'INVALID_ARGUMENT'],
    ];
    for (const [method, path, body, error] of refused) assert.equal((await hub().call(method, path, body, KEY)).error, error, `${method} ${path}`);
    const tooMany = await hub().call('PUT', PATH, { openids: Array.from({ length: 8_001 }, (_, index) => `p${index}`) }, KEY);
    assert.deepEqual([tooMany.error, /at most 8000/.test(tooMany.message)], ['INVALID_ARGUMENT', true], tooMany.message);
    const tooLarge = await hub().call('PUT', PATH, { openids: Array.from({ length: 8_000 }, (_, index) => `person-of-thirty-characters-${index}-and-more`) }, KEY);
    assert.deepEqual([tooLarge.error, /262144/.test(tooLarge.message)], ['INVALID_ARGUMENT', true], tooLarge.message);
    assert.equal(await hub().fails('GET', PATH), 'UNAUTHENTICATED');
    assert.equal(await hub().sandbox.count(PUT_ON), 0);
  });
});
