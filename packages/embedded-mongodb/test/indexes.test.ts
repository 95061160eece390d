import assert from 'node:assert/strict';
import { code, MongoServerError, TestServer } from './support';
import type { Collection } from './support';

/** The stages of a plan, from the top. */
function stages(plan: { stage: string; inputStage?: typeof plan }): string[] {
  return [plan.stage, ...(plan.inputStage ? stages(plan.inputStage) : [])];
}

describe('embedded: indexes', () => {
  const server = new TestServer();
  before(() => server.start(1));
  after(() => server.stop());

  const plan = async (collection: Collection, filter: object, sort: object = {}) => {
    const { queryPlanner, executionStats } = await collection.find(filter).sort(sort as never).explain('executionStats');
    return { stages: stages(queryPlanner.winningPlan), examined: Number(executionStats.totalDocsExamined) };
  };

  it('unique: one document per key, with keyPattern and keyValue', async () => {
    const collection = await server.filled([{ a: 'x' }]);
    await collection.createIndex({ a: 1 }, { unique: true });
    await assert.rejects(collection.insertOne({ a: 'x' }), error => {
      assert.ok(error instanceof MongoServerError);
      assert.deepEqual([error.code, error.keyPattern, error.keyValue], [11000, { a: 1 }, { a: 'x' }]);
      assert.match(error.message, /E11000 duplicate key error collection: .*\.c\d+ index: a_1 dup key: { a: "x" }/);
      return true;
    });
    await collection.insertOne({ a: 'y' });
    await assert.rejects(collection.updateOne({ a: 'y' }, { $set: { a: 'x' } }), code(11000));
    await collection.deleteOne({ a: 'x' });
    await collection.updateOne({ a: 'y' }, { $set: { a: 'x' } });
    assert.equal(await collection.countDocuments({ a: 'x' }), 1);
    assert.equal(await collection.countDocuments({ a: 'y' }), 0);
  });

  it('unique: missing counts as null; sparse and partial ones leave documents out', async () => {
    const plain = server.fresh();
    await plain.createIndex({ a: 1 }, { unique: true });
    await plain.insertOne({});
    await assert.rejects(plain.insertOne({ a: null }), code(11000));
    const sparse = server.fresh();
    await sparse.createIndex({ a: 1 }, { unique: true, sparse: true });
    await sparse.insertMany([{}, {}, { a: null }]);
    await assert.rejects(sparse.insertOne({ a: null }), code(11000));
    const partial = server.fresh();
    await partial.createIndex({ a: 1 }, { unique: true, partialFilterExpression: { a: { $type: 'string' } } });
    await partial.insertMany([{}, { a: null }, { a: null }, { a: 1 }, { a: 1 }, { a: 'x' }]);
    await assert.rejects(partial.insertOne({ a: 'x' }), code(11000));
    assert.equal(await partial.countDocuments({ a: 1 }), 2);
    assert.deepEqual((await plan(partial, { a: 'x' })).stages, ['FETCH', 'IXSCAN']);
    assert.deepEqual((await plan(partial, { a: 1 })).stages, ['COLLSCAN']);
    assert.equal(await sparse.countDocuments({ a: null }), 3);
  });

  it('unique over arrays: an element occurs in one document only, but may occur twice in it', async () => {
    const collection = server.fresh();
    await collection.createIndex({ a: 1 }, { unique: true });
    await collection.insertOne({ a: [1, 1, 2] });
    await assert.rejects(collection.insertOne({ a: [2, 3] }), code(11000));
    await collection.insertOne({ a: [3] });
    assert.equal(await collection.countDocuments({ a: 3 }), 1);
  });

  it('compound: by prefix, range and sort', async () => {
    const collection = server.fresh();
    await collection.insertMany(Array.from({ length: 200 }, (_, i) => ({ _id: i as never, a: i % 4, b: i })));
    await collection.createIndex({ a: 1, b: -1 });
    assert.deepEqual(await plan(collection, { a: 1 }), { stages: ['FETCH', 'IXSCAN'], examined: 50 });
    assert.deepEqual(await plan(collection, { a: 1, b: { $gt: 189, $lte: 197 } }), { stages: ['FETCH', 'IXSCAN'], examined: 2 });
    assert.deepEqual((await plan(collection, { b: 5 })).stages, ['COLLSCAN']);
    assert.deepEqual((await plan(collection, { a: 2 }, { b: 1 })).stages, ['FETCH', 'IXSCAN']);
    assert.deepEqual((await plan(collection, { a: 2 }, { c: 1 })).stages, ['SORT', 'FETCH', 'IXSCAN']);
    const found = await collection.find({ a: { $in: [1, 3] } }).sort({ b: 1 }).limit(3).toArray();
    assert.deepEqual(found.map(({ b }) => b), [1, 3, 5]);
    const down = await collection.find({ a: { $in: [1, 3] } }).sort({ b: -1 }).limit(3).toArray();
    assert.deepEqual(down.map(({ b }) => b), [199, 197, 195]);
    const { executionStats } = await collection.find({ a: { $in: [1, 3] } }).sort({ b: 1 }).limit(3).explain();
    assert.equal(executionStats.totalDocsExamined, 3);
  });

  it('$or uses an index for each branch', async () => {
    const collection = await server.filled([{ _id: 1, a: 1, b: 1 }, { _id: 2, a: 2, b: 2 }, { _id: 3, a: 3, b: 3 }]);
    await collection.createIndexes([{ key: { a: 1 } }, { key: { b: 1 } }]);
    assert.deepEqual((await collection.find({ $or: [{ a: 1 }, { b: 1 }, { b: 3 }] }).sort({ _id: 1 }).toArray()).map(({ _id }) => Number(_id)), [1, 3]);
    assert.equal((await plan(collection, { $or: [{ a: 1 }, { b: 3 }] })).examined, 2);
  });

  it('chooses, of several indexes, the one that leads to the fewest documents, as far as the filter tells', async () => {
    const collection = server.fresh();
    await collection.insertMany(Array.from({ length: 3_000 }, (_, i) => ({ _id: i as never, state: 'sent', kind: 'a', lane: `l${i % 10}`, at: i })));
    await collection.createIndexes([{ key: { state: 1, kind: 1, due: 1 } }, { key: { lane: 1, at: 1 } }, { key: { lane: 1, state: 1 } }]);
    // The index of more equalities holds all of them, or more than that of a range does.
    assert.equal((await plan(collection, { lane: 'l3', at: { $gte: 2_900 }, state: 'sent', kind: 'a' })).examined, 10);
    assert.equal((await plan(collection, { lane: 'l3', state: 'sent', kind: 'a' })).examined, 300);
    assert.equal((await plan(collection, { $or: [{ lane: 'l3', at: { $gte: 2_990 }, state: 'sent', kind: 'a' }, { lane: 'none' }] })).examined, 1);
  });

  it('chooses an index in the wanted order, unless another one leads to few documents', async () => {
    const collection = server.fresh();
    await collection.insertMany(Array.from({ length: 3_000 }, (_, i) => ({ _id: i as never, a: 1, at: i, many: i % 10, few: i % 1_000 })));
    await collection.createIndexes([{ key: { a: 1, at: 1 } }, { key: { many: 1 } }, { key: { few: 1 } }]);
    const examined = async (filter: object) => {
      const { executionStats } = await collection.find(filter).sort({ at: 1 }).limit(2).explain();
      return executionStats.totalDocsExamined as number;
    };
    assert.equal(await examined({ a: 1, many: 3 }), 14);
    assert.equal(await examined({ a: 1, few: 999 }), 3);
  });

  it('uses indexes over arrays of documents', async () => {
    const collection = await server.filled([{ _id: 1, a: [{ x: 1, y: 9 }, { x: 9, y: 2 }] }, { _id: 2, a: [{ x: 5, y: 5 }] }]);
    await collection.createIndex({ 'a.x': 1, 'a.y': 1 });
    assert.deepEqual((await collection.find({ 'a.x': 1, 'a.y': 2 }).toArray()).map(({ _id }) => Number(_id)), [1]);
    // Different elements may fulfil the two conditions.
    assert.deepEqual((await collection.find({ 'a.x': { $gt: 3, $lt: 7 } }).sort({ _id: 1 }).toArray()).map(({ _id }) => Number(_id)), [1, 2]);
    assert.deepEqual((await collection.find({ a: { $elemMatch: { x: { $gt: 3, $lt: 7 } } } }).toArray()).map(({ _id }) => Number(_id)), [2]);
    await collection.createIndex({ b: 1, c: 1 });
    await assert.rejects(collection.insertOne({ b: [1], c: [2] }), code(171));
  });

  it('finds the same as a scan, for every type and bound', async () => {
    const values = [null, 1, -5, 2.5, 1e300, -1e300, 'a', 'ab', 'a\u0000b', '', 'ä', '😀', '\uffff', true, false, new Date(5), new Date(-5), [1, 2], [], ['a', 5], { a: 1 }, { a: 2 }];
    const documents = [...values.map((a, i) => ({ _id: i, a })), { _id: 99 }];
    const [scanned, indexed, descending] = [await server.filled(documents), await server.filled(documents), await server.filled(documents)];
    await indexed.createIndex({ a: 1 });
    await descending.createIndex({ a: -1, _id: 1 });
    for (const operator of ['$eq', '$gt', '$gte', '$lt', '$lte', '$in']) {
      for (const value of values) {
        const filter = { a: { [operator]: operator === '$in' ? [value, 1] : value } };
        const [a, b, c] = await Promise.all([scanned, indexed, descending].map(async collection => (await collection.find(filter as never).toArray()).map(({ _id }) => Number(_id)).sort((x, y) => x - y)));
        assert.deepEqual(b, a, JSON.stringify(filter));
        assert.deepEqual(c, a, JSON.stringify(filter));
      }
    }
    const order = async (collection: Collection, direction: 1 | -1) => (await collection.find({ a: { $not: { $type: 'array' } } }).sort({ a: direction, _id: 1 }).toArray()).map(({ _id }) => Number(_id));
    assert.deepEqual(await order(indexed, 1), await order(scanned, 1));
    assert.deepEqual(await order(descending, -1), await order(scanned, -1));
  });

  it('uses indexes over arrays in the documents of an array', async () => {
    const collection = await server.filled([{ _id: 1, a: [{ x: [5, 6] }, { x: 7 }] }, { _id: 2, a: [{ x: [[5]] }] }, { _id: 3, a: [[{ x: 5 }]] }]);
    await collection.createIndex({ 'a.x': 1 });
    for (const [filter, expected] of [[{ 'a.x': 5 }, [1]], [{ 'a.x': { $gt: 6 } }, [1]], [{ 'a.x': [5] }, [2]]] as const) {
      assert.deepEqual((await collection.find(filter as never).toArray()).map(({ _id }) => Number(_id)), expected);
    }
  });

  it('answers queries from a partial index only when it certainly has all documents', async () => {
    const collection = await server.filled([{ _id: 1, a: ['x', 'y'] }, { _id: 2, a: NaN }, { _id: 3, a: 1 }]);
    await collection.createIndex({ a: 1 }, { partialFilterExpression: { a: { $type: 'number' } } });
    await collection.createIndex({ a: -1 }, { partialFilterExpression: { a: { $lt: 5 } } });
    const ids = async (filter: object) => (await collection.find(filter as never).sort({ _id: 1 }).toArray()).map(({ _id }) => Number(_id));
    assert.deepEqual(await ids({ a: { $gte: [0], $lt: 'z' } }), [1]);
    assert.deepEqual(await ids({ a: { $lte: NaN } }), [2]);
    assert.deepEqual(await ids({ a: { $lt: 4 } }), [3]);
  });

  it('answers no query about a positional path from an index', async () => {
    const documents = [{ _id: 1, a: [{ 0: 5 }, 7] }, { _id: 2, a: [5] }, { _id: 3, a: { 0: 5 } }, { _id: 4, a: [[5, 6]] }];
    const collection = await server.filled(documents);
    await collection.createIndex({ 'a.0': 1 });
    assert.deepEqual((await collection.find({ 'a.0': 5 }).toArray()).map(({ _id }) => Number(_id)), [1, 2, 3, 4]);
    assert.equal((await collection.find().sort({ 'a.0': 1 }).explain() as { queryPlanner: { winningPlan: { stage: string } } }).queryPlanner.winningPlan.stage, 'SORT');
  });

  it('indexes long texts', async () => {
    const long = 'x'.repeat(5000);
    const collection = await server.filled([{ _id: 1, a: `${long}a` }, { _id: 2, a: `${long}b` }, { _id: 3, a: 'x' }]);
    await collection.createIndex({ a: 1 }, { unique: true });
    await assert.rejects(collection.insertOne({ a: `${long}a` }), code(11000));
    assert.deepEqual((await collection.find({ a: `${long}b` }).toArray()).map(({ _id }) => Number(_id)), [2]);
    assert.deepEqual((await collection.find({ a: { $gt: `${long}a` } }).toArray()).map(({ _id }) => Number(_id)), [2]);
    assert.deepEqual((await collection.find().sort({ a: -1 }).toArray()).map(({ _id }) => Number(_id)), [2, 1, 3]);
  });

  it('createIndexes: duplicates, repetitions, conflicts; dropIndexes', async () => {
    const collection = await server.filled([{ a: 1 }, { a: 1 }]);
    await assert.rejects(collection.createIndex({ a: 1 }, { unique: true }), code(11000));
    assert.deepEqual((await collection.indexes()).map(({ name }) => name), ['_id_']);
    assert.equal(await collection.createIndex({ a: 1 }), 'a_1');
    assert.equal(await collection.createIndex({ a: 1 }), 'a_1');
    await assert.rejects(collection.createIndex({ a: 1 }, { unique: true }), code(86));
    await assert.rejects(collection.createIndex({ b: 1 }, { name: 'a_1' }), code(86));
    await assert.rejects(collection.createIndex({ a: 1 }, { name: 'other' }), code(85));
    await collection.dropIndex('a_1');
    await assert.rejects(collection.dropIndex('a_1'), code(27));
    await assert.rejects(collection.dropIndex('_id_'), code(72));
    assert.deepEqual((await collection.indexes()).map(({ name }) => name), ['_id_']);
  });

  it('TTL: removes expired documents only', async function() {
    this.timeout(90_000);
    const collection = await server.filled([{ _id: 1, at: new Date(Date.now() - 10_000) }, { _id: 2, at: new Date(Date.now() + 3600_000) }, { _id: 3 }, { _id: 4, at: 'text' }]);
    await collection.createIndex({ at: 1 }, { expireAfterSeconds: 1 });
    while (await collection.countDocuments({ _id: 1 as never })) await new Promise(resolve => setTimeout(resolve, 50));
    assert.deepEqual((await collection.find().sort({ _id: 1 }).toArray()).map(({ _id }) => Number(_id)), [2, 3, 4]);
  });

  it('explain covers look-ups by _id, updates and deletes', async () => {
    const collection = await server.filled([{ _id: 1 }, { _id: 2 }, { _id: 3 }]);
    assert.equal((await plan(collection, { _id: 2 })).examined, 1);
    const explained = await server.db().command({ explain: { update: collection.collectionName, updates: [{ q: { _id: 2 }, u: { $set: { a: 1 } } }] }, verbosity: 'executionStats' });
    assert.equal(explained.executionStats.totalDocsExamined, 1);
    const deleted = await server.db().command({ explain: { delete: collection.collectionName, deletes: [{ q: { _id: 2 }, limit: 1 }] }, verbosity: 'executionStats' });
    assert.equal(deleted.executionStats.totalDocsExamined, 1);
    assert.equal((await collection.findOne({ _id: 2 as never }))?.a, undefined);
  });
});
