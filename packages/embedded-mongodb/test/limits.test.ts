import assert from 'node:assert/strict';
import { code, Long, MongoServerError, TestServer } from './support';

const megabyte = 1024 * 1024;

describe('embedded: limits', function() {
  this.timeout(120_000);
  const server = new TestServer();
  before(() => server.start());
  after(() => server.stop());

  it('refuses distinct values of more than 16 MB, and keeps the connection', async () => {
    const collection = server.fresh();
    for (let i = 0; i < 20; i++) await collection.insertOne({ _id: i as never, text: `${i}${'x'.repeat(megabyte)}` });
    await assert.rejects(collection.distinct('text'), code(17217));
    assert.equal((await collection.distinct('_id')).length, 20);
  });

  it('answers 100,000 duplicate keys, with the texts of the first ones', async () => {
    const collection = await server.filled([{ _id: 'x'.repeat(60) }]);
    // Not by insertMany: the driver needs 25 s for so many errors.
    const documents = Array.from({ length: 100_000 }, () => ({ _id: 'x'.repeat(60) }));
    const { n, writeErrors } = await server.db().command({ insert: collection.collectionName, documents, ordered: false });
    assert.deepEqual([n, writeErrors.length], [0, 100_000]);
    assert.ok(writeErrors.every((each: { code: number }, i: number) => each.code === 11000 && writeErrors[i].index === i));
    assert.match(writeErrors[0].errmsg, /^E11000 duplicate key error/);
    assert.equal(writeErrors[99_999].errmsg, '');
    assert.equal(await collection.countDocuments(), 1);
  });

  it('answers duplicate keys of 9 MB each', async () => {
    const collection = await server.filled([{ _id: 1, a: 'x'.repeat(9 * megabyte) }]);
    await collection.createIndex({ a: 1 }, { unique: true });
    for (const _id of [2, 3]) await assert.rejects(collection.insertOne({ _id: _id as never, a: 'x'.repeat(9 * megabyte) }), code(11000));
    assert.equal(await collection.countDocuments(), 1);
  });

  it('does not store a document that is nested too deeply to be read again', async () => {
    const collection = await server.filled([{ _id: 1 }]);
    const deep = (depth: number): object => (depth ? { a: deep(depth - 1) } : {});
    await collection.updateOne({ _id: 1 as never }, { $set: { b: deep(150) } });
    await assert.rejects(collection.updateOne({ _id: 1 as never }, { $set: { [`b${'.a'.repeat(120)}`]: deep(100) } }), code(15));
    assert.equal(await collection.countDocuments({ b: { $exists: true } }), 1);
  });

  it('maxTimeMS ends the wait for another transaction\'s lock', async () => {
    const collection = await server.filled([{ _id: 1, n: 0 }]);
    const session = server.client.startSession();
    session.startTransaction();
    await collection.updateOne({ _id: 1 as never }, { $inc: { n: 1 } }, { session });
    await collection.insertOne({ _id: 2 as never }, { session });
    const name = collection.collectionName;
    for (const command of [
      { update: name, updates: [{ q: { _id: 1 }, u: { $inc: { n: 10 } } }] }, { delete: name, deletes: [{ q: { _id: 1 }, limit: 1 }] },
      { insert: name, documents: [{ _id: 2 }] }, { findAndModify: name, query: { _id: 1 }, update: { $inc: { n: 10 } } },
    ]) await assert.rejects(server.db().command({ ...command, maxTimeMS: 50 }), code(50));
    await session.commitTransaction();
    await session.endSession();
    assert.deepEqual(await collection.find().sort({ _id: 1 }).toArray(), [{ _id: 1, n: 1 }, { _id: 2 }]);
  });

  it('reports an unmet write concern, and refuses an invalid one', async () => {
    const collection = server.fresh();
    const concern = async (w: unknown) => server.db().command({ insert: collection.collectionName, documents: [{}], writeConcern: { w } });
    for (const w of [0, 1, 'majority', Long.fromNumber(1)]) await concern(w);
    await assert.rejects(collection.insertOne({}, { writeConcern: { w: 3 } }), error => {
      assert.ok(error instanceof Error && 'code' in error);
      assert.deepEqual([error.code, error.message], [100, 'Not enough data-bearing nodes']);
      return true;
    });
    await assert.rejects(collection.insertOne({}, { writeConcern: { w: 'everywhere' as never } }), error => {
      assert.ok(error instanceof Error && 'code' in error);
      assert.deepEqual([error.code, error.message], [79, 'No write concern mode named \'everywhere\' found in replica set configuration']);
      return true;
    });
    for (const w of [-1, 51]) {
      await assert.rejects(concern(w), error => {
        assert.ok(error instanceof MongoServerError);
        assert.deepEqual([error.code, error.message], [9, `w has to be a non-negative number and not greater than 50; found: ${w}`]);
        return true;
      });
    }
    await assert.rejects(concern(true), code(9));
    await assert.rejects(server.db().command({ count: collection.collectionName, writeConcern: { w: 1 } }), code(72));
    await assert.rejects(server.db().command({ find: collection.collectionName, readConcern: { level: 'best' } }), code(2));
    for (const level of ['local', 'available', 'majority', 'linearizable']) await server.db().command({ find: collection.collectionName, readConcern: { level } });
  });

  it('explain runs the query only when it is asked to', async () => {
    const collection = await server.filled(Array.from({ length: 50 }, (_, i) => ({ _id: i })));
    const planned = await collection.find({ a: 1 }).explain('queryPlanner');
    assert.deepEqual([planned.queryPlanner.winningPlan.stage, planned.executionStats], ['COLLSCAN', undefined]);
    assert.equal((await collection.find({ a: 1 }).explain('executionStats')).executionStats.totalDocsExamined, 50);
    assert.equal((await collection.aggregate([{ $match: { a: 1 } }]).explain('queryPlanner')).executionStats, undefined);
    await assert.rejects(server.db().command({ explain: { find: collection.collectionName }, verbosity: 'all' }));
  });

  it('the kept count equals the number of documents after any change', async () => {
    const collection = server.fresh();
    const agree = async (expected: number) => {
      assert.equal(await collection.estimatedDocumentCount(), expected);
      assert.equal(await collection.countDocuments({ _id: { $exists: true } }), expected);
    };
    await collection.insertMany(Array.from({ length: 20 }, (_, i) => ({ _id: i as never, n: i })));
    await assert.rejects(collection.insertMany([{ _id: 20 as never }, { _id: 0 as never }, { _id: 21 as never }]));
    await agree(21);
    await collection.updateMany({}, { $set: { text: 'x' } });
    await collection.deleteMany({ n: { $lt: 5 } });
    await collection.updateOne({ _id: 'new' as never }, { $set: { a: 1 } }, { upsert: true });
    await agree(17);
    for (const end of ['abortTransaction', 'commitTransaction'] as const) {
      const session = server.client.startSession();
      session.startTransaction();
      await collection.insertMany([{}, {}], { session });
      await collection.deleteOne({ n: 10 }, { session });
      await agree(17);
      await session[end]();
      await session.endSession();
    }
    await agree(18);
    assert.equal((await server.db().command({ collStats: collection.collectionName })).count, 18);
    await collection.drop();
    await agree(0);
  });
});
