import assert from 'node:assert/strict';
import { useApp } from '../../support/app';
import { BatchedCollection, type GroupTarget } from '../../../app/lib/mongo/batchedCollection';
import { isDuplicateKey } from '../../../app/lib/mongo/errors';

interface Thing {
  _id: string;
  kind?: string;
  n?: number;
}

describe('lib/mongo/batchedCollection', () => {
  const hub = useApp();
  const collection = () => hub().app.mongoose.connection.collection<Thing>('groupedThings');
  const calls: string[] = [];
  /** The real collection, and a record of its operations. */
  const things = new BatchedCollection<Thing>(() => new Proxy(collection() as unknown as GroupTarget<Thing>, {
    get: (target, name: keyof GroupTarget<Thing>) => (...args: unknown[]) => {
      calls.push(name);
      return (target[name] as (...all: unknown[]) => unknown)(...args);
    },
  }));
  beforeEach(async () => {
    await collection().deleteMany({});
    calls.length = 0;
  });
  after(() => collection().drop());
  const ids = (count: number) => Array.from({ length: count }, (_, i) => `t${i}`);
  const update = { $set: { n: 1 } };

  it('inserts, finds and changes concurrent callers\' documents in one operation each', async () => {
    assert.deepEqual(await Promise.all(ids(20).map(_id => things.insert({ _id, kind: Number(_id.slice(1)) % 2 ? 'odd' : 'even' }))), Array(20).fill(true));
    const found = await Promise.all([...ids(20), 'nobody', 't3'].map(_id => things.find(_id)));
    assert.deepEqual(found.map(thing => thing?._id), [...ids(20), undefined, 't3']);
    const kinds = await Promise.all(['odd', 'even', 'none'].map(kind => things.findBy('kind', kind)));
    assert.deepEqual(kinds.map(({ length }) => length), [10, 10, 0]);
    assert.deepEqual(await Promise.all(ids(20).map(_id => things.update(_id, update))), Array(20).fill('there'));
    assert.deepEqual(calls, ['insertMany', 'find', 'find', 'bulkWrite']);
    assert.equal(await collection().countDocuments({ n: 1 }), 20);
  });

  it('returns each outcome', async () => {
    await collection().insertOne({ _id: 't0' });
    const outcomes = await Promise.all([
      things.update('t0', update), things.update('t1', update), things.update('t2', update, { upsert: true }),
      things.update('t2', update, { upsert: true }), things.update('t0', update, { where: { kind: 'none' } }),
    ]);
    assert.deepEqual(outcomes, ['there', 'missing', 'inserted', 'there', 'there']);
    assert.deepEqual([await things.update('t0', update), await things.update('t4', update), await things.update('t5', update, { upsert: true })], ['there', 'missing', 'inserted']);
    assert.deepEqual(await Promise.all(['t0', 't6'].map(_id => things.insert({ _id }))), [false, true]);
    assert.equal(await collection().countDocuments({}), 4);
  });

  it('changes a document only when the condition holds', async () => {
    await collection().insertMany([{ _id: 't0', kind: 'mine' }, { _id: 't1', kind: 'theirs' }]);
    await Promise.all(['t0', 't1'].map(_id => things.update(_id, update, { where: { kind: 'mine' } })));
    await things.update('t1', update, { where: { kind: 'mine' } });
    assert.deepEqual((await collection().find({ n: 1 }).toArray()).map(({ _id }) => _id), ['t0']);
  });

  it('fails only the document that breaks a unique index', async () => {
    const index = await collection().createIndex({ kind: 1 }, { unique: true, sparse: true });
    await collection().insertOne({ _id: 't0', kind: 'taken' });
    const claim = (_id: string, kind: string) => things.update(_id, { $set: { n: 1 }, $setOnInsert: { kind } }, { upsert: true });
    const outcomes = await Promise.allSettled([claim('t1', 'free'), claim('t2', 'taken'), things.update('t0', update), things.update('t9', update)]);
    await collection().dropIndex(index);
    assert.deepEqual(outcomes.map(outcome => (outcome.status === 'fulfilled' ? outcome.value : isDuplicateKey(outcome.reason))), ['inserted', true, 'there', 'missing']);
  });

  it('fails only the document that cannot be written at all', async () => {
    const circle: Record<string, unknown> = {};
    circle.itself = circle;
    const outcomes = await Promise.allSettled([
      things.update('t0', update, { upsert: true }), things.update('t1', { $set: circle }, { upsert: true }), things.update('t2', update, { upsert: true }),
    ]);
    assert.deepEqual(outcomes.map(({ status }) => status), ['fulfilled', 'rejected', 'fulfilled']);
    const inserts = await Promise.allSettled([things.insert({ _id: 't3' }), things.insert({ _id: 't4', ...circle }), things.insert({ _id: 't5' })]);
    assert.deepEqual(inserts.map(({ status }) => status), ['fulfilled', 'rejected', 'fulfilled']);
    assert.deepEqual(await collection().distinct('_id', {}), ['t0', 't2', 't3', 't5']);
  });
});
