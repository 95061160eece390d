import assert from 'node:assert/strict';
import { Tally, type TallyStore } from '../../../app/lib/mongo/tally';
import { useApp } from '../../support/app';
import { until } from '../../support/until';

describe('lib/mongo/tally', () => {
  const hub = useApp();
  const collection = () => hub().app.model.Scene.collection as unknown as TallyStore;
  const scans = async () => Object.fromEntries((await hub().app.model.Scene.find({}).lean()).map(({ _id, scans }) => [_id, scans]));
  const fails = (error: unknown) => { throw error; };
  beforeEach(() => hub().app.model.Scene.create(['a', 'b'].map(_id => ({ _id, appid: 'wx1', createdAt: new Date(), scans: 5 }))));

  it('writes many counts at once, after a while', async () => {
    let writes = 0;
    const tally = new Tally({ field: 'scans', every: 50, onError: fails, store: () => ({ bulkWrite: (...given) => { writes++; return collection().bulkWrite(...given); } }) });
    for (let i = 0; i < 100; i++) tally.add(i % 4 === 0 ? 'a' : 'b');
    assert.deepEqual(await scans(), { a: 5, b: 5 });
    await until(scans, ({ a, b }) => a === 30 && b === 80);
    assert.equal(writes, 1);
  });

  it('writes at once when asked to, and makes no document', async () => {
    const tally = new Tally({ field: 'scans', every: 60_000, onError: fails, store: collection });
    for (const id of ['a', 'gone', 'a']) tally.add(id);
    await tally.flush();
    assert.deepEqual(await scans(), { a: 7, b: 5 });
    await tally.flush();
    assert.deepEqual(await scans(), { a: 7, b: 5 }, 'none twice');
  });

  it('writes later what it cannot write now', async () => {
    let failures = 2;
    const errors: unknown[] = [];
    const tally = new Tally({
      field: 'scans', every: 20, onError: error => errors.push(error),
      store: () => (failures-- > 0 ? { bulkWrite: () => Promise.reject(new Error('away')) } : collection()),
    });
    tally.add('a');
    await tally.flush();
    tally.add('a');
    await until(scans, ({ a }) => a === 7);
    assert.equal(errors.length, 2);
  });
});
