import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { AppError } from '../../../app/lib/errors';
import type { JobHold, StepResult } from '../../../app/lib/jobs/job';
import type { JobStore } from '../../../app/lib/jobs/lease';
import { JobRunner } from '../../../app/lib/jobs/runner';
import { sleep } from '../../../app/lib/async/sleep';
import { UpstreamError } from '../../../app/lib/http/upstreamError';
import type { JobDocument } from '../../../app/model/job';
import { useApp } from '../../support/app';
import { until } from '../../support/until';

describe('the runner of jobs', () => {
  const hub = useApp();
  const store = () => hub().app.model.Job.collection as unknown as JobStore;
  const job = (id: string) => hub().app.model.Job.findById(id).lean<JobDocument>().orFail();
  const ended = (id: string) => until(() => job(id), ({ state }) => state !== 'running');
  /** A kind that the application itself does not do. */
  const create = async (more: Partial<JobDocument> = {}) => {
    const _id = randomUUID();
    await hub().app.model.Job.create({ _id, kind: 'test', state: 'running', total: 10, done: 0, failed: 0, createdBy: 'me', createdAt: new Date(), input: { n: 10 }, ...more });
    return _id;
  };
  const errors: unknown[] = [];
  const runner = (step: (job: JobDocument, hold: JobHold) => Promise<StepResult>, more: { leaseMs?: number; paused?: () => boolean } = {}) => (
    new JobRunner({ store, kinds: ['test'], step, paused: () => false, onError: error => errors.push(error), ...more })
  );
  /** Counts to 10, one per step. */
  const count = async ({ cursor }: JobDocument): Promise<StepResult> => {
    const at = Number(cursor ?? 0) + 1;
    return { done: 1, failed: 0, cursor: at < 10 ? at : null };
  };
  beforeEach(() => { errors.length = 0; });
  afterEach(() => assert.deepEqual(errors, []));

  it('does a job to its end, each step from the end of the one before', async () => {
    const id = await create({ input: { n: 10, openids: ['a', 'b'] } });
    const seen: unknown[] = [];
    runner(async one => {
      seen.push([one.cursor ?? null, (one.input.openids as string[]).length]);
      const result = await count(one);
      return result.cursor === 3 ? { ...result, failed: 2, errors: { 40003: 1, 'a.b$': 1 } } : result;
    }).begin(id);
    const { state, done, failed, errors: reasons, lease, endedAt, input } = await ended(id);
    assert.deepEqual({ state, done, failed, reasons, lease, input }, { state: 'done', done: 10, failed: 2, reasons: { 40003: 1, a_b_: 1 }, lease: undefined, input: { n: 10 } });
    assert.ok(endedAt);
    assert.deepEqual(seen, [null, 1, 2, 3, 4, 5, 6, 7, 8, 9].map(cursor => [cursor, 2]));
  });

  it('lets one process of many do a job', async () => {
    const ids = await Promise.all(Array.from({ length: 3 }, () => create()));
    const under = new Map<string, number>();
    let most = 0;
    const step = async (one: JobDocument) => {
      under.set(one._id, (under.get(one._id) ?? 0) + 1);
      most = Math.max(most, under.get(one._id) ?? 0);
      await sleep(5);
      under.set(one._id, (under.get(one._id) ?? 0) - 1);
      return count(one);
    };
    const runners = Array.from({ length: 4 }, () => runner(step));
    await until(async () => {
      await Promise.all(runners.map(each => each.look()));
      return hub().app.model.Job.countDocuments({ _id: { $in: ids }, state: 'done' });
    }, done => done === 3);
    assert.equal(most, 1);
    assert.deepEqual(await Promise.all(ids.map(async id => (await job(id)).done)), [10, 10, 10]);
  });

  it('continues a job of a process that died, and lets one that stood still write nothing', async () => {
    const id = await create();
    let goOn = () => undefined as void;
    let stood = false;
    // Stands still in its fourth step without renewing: nobody takes its lease, but it runs out.
    const first = runner(async (one, hold) => {
      if (one.cursor === 3) {
        await hub().app.model.Job.updateOne({ _id: id }, { $set: { 'lease.until': new Date(0), 'lease.id': 'of another process, later' } });
        stood = true;
        await new Promise<void>(resolve => { goOn = resolve; });
        await until(() => { try { hold.check(); return true; } catch { return false; } }, ours => !ours);
        return { done: 1_000, failed: 0, cursor: null };
      }
      return count(one);
    }, { leaseMs: 300 });
    first.begin(id);
    await until(() => stood, Boolean);
    runner(count).begin(id);
    await ended(id);
    goOn();
    await first.stop();
    const { state, done } = await job(id);
    assert.deepEqual([state, done], ['done', 10]);
  });

  it('repeats a step whose progress could not be written', async () => {
    const id = await create();
    let steps = 0;
    const dying: JobStore = { ...store(), find: (...args) => store().find(...args), findOne: (...args) => store().findOne(...args), updateOne: async (filter, update) => {
      if (JSON.stringify(update).includes('"done":5')) throw Object.assign(new Error('gone'), { name: 'MongoNetworkError' });
      return store().updateOne(filter, update);
    } };
    const options = { kinds: ['test'], paused: () => false, onError: (error: unknown) => errors.push(error), leaseMs: 300 };
    new JobRunner({ ...options, store: () => dying, step: one => { steps++; return count(one); } }).begin(id);
    await until(() => job(id), ({ done, lease }) => done === 4 && lease === undefined);
    new JobRunner({ ...options, store, step: one => { steps++; return count(one); } }).begin(id);
    assert.equal((await ended(id)).done, 10);
    assert.equal(steps, 11);
  });

  it('is paused, continued and stopped by calls; a step that is under way counts', async () => {
    const { service } = hub().app.createAnonymousContext();
    const id = await create();
    let inStep = 0;
    let goOn: Array<() => void> = [];
    const held = runner(async one => {
      inStep++;
      await new Promise<void>(resolve => goOn.push(resolve));
      return count(one);
    });
    const next = async () => { const waiting = goOn; goOn = []; for (const each of waiting) each(); };
    held.begin(id);
    await until(() => inStep, steps => steps === 1);
    assert.equal((await service.job.change(id, 'paused')).state, 'paused');
    await next();
    await until(async () => (await job(id)).lease, lease => lease === undefined);
    assert.deepEqual([(await job(id)).state, (await job(id)).done, inStep], ['paused', 1, 1]);
    await held.look();
    assert.equal((await service.job.change(id, 'running')).state, 'running');
    held.begin(id);
    await until(() => inStep, steps => steps === 2);
    assert.equal((await service.job.change(id, 'stopped')).state, 'stopped');
    await next();
    await until(async () => (await job(id)).lease, lease => lease === undefined);
    assert.deepEqual([(await job(id)).state, (await job(id)).done], ['stopped', 2]);
    for (const state of ['running', 'paused'] as const) await assert.rejects(service.job.change(id, state), (error: AppError) => error.code === 'INVALID_ARGUMENT');
    assert.equal((await service.job.change(id, 'stopped')).state, 'stopped');
    await assert.rejects(service.job.change('none', 'stopped'), (error: AppError) => error.code === 'NOT_FOUND');
  });

  it('waits after temporary failures, and gives up after others', async () => {
    const failure = (retryable: boolean) => new UpstreamError('wechat: 45011', { errcode: 45011, errmsg: 'busy', retryable, delivery: 'answered' });
    const id = await create();
    let tries = 0;
    const patient = runner(async one => {
      if (++tries === 1) throw failure(true);
      return count(one);
    });
    patient.begin(id);
    const waiting = await until(() => job(id), ({ tries: counted }) => counted === 1);
    assert.deepEqual([waiting.state, waiting.lastError], ['running', 'wechat: 45011']);
    assert.ok(waiting.lease && waiting.lease.until.getTime() > Date.now());
    await hub().app.model.Job.updateOne({ _id: id }, { $set: { 'lease.until': new Date(0) } });
    await patient.stop();
    await runner(count).look();
    assert.deepEqual([(await ended(id)).state, (await job(id)).tries], ['done', undefined]);

    const lost = await create();
    runner(() => Promise.reject(failure(false))).begin(lost);
    const { state, lastError } = await ended(lost);
    assert.deepEqual([state, lastError], ['failed', 'wechat: 45011']);
    const bug = await create({ tries: 4 });
    runner(() => Promise.reject(new TypeError('x is not a function'))).begin(bug);
    assert.deepEqual([(await ended(bug)).state, (await job(bug)).lastError], ['failed', 'an error of the server, which its log tells of']);
    assert.deepEqual(errors.splice(0).map(error => (error as Error).message), ['x is not a function']);
  });

  it('leaves jobs of another version alone, and all jobs when nothing may be done', async () => {
    const other = await create({ kind: 'of tomorrow' });
    const own = await create();
    const quiet = runner(count, { paused: () => true });
    await quiet.look();
    quiet.begin(own);
    const busy = runner(count);
    busy.begin(other);
    await busy.look();
    await ended(own);
    await busy.stop();
    assert.deepEqual([(await job(other)).state, (await job(other)).done, (await job(other)).lease], ['running', 0, undefined]);
  });
});
