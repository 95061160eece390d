import assert from 'node:assert/strict';
import { code, Long, TestServer } from './support';

describe('embedded: cursors', () => {
  const server = new TestServer();
  before(() => server.start());
  after(() => server.stop());

  it('continues beyond the first batch, in any batch size', async () => {
    const collection = server.fresh();
    await collection.insertMany(Array.from({ length: 1000 }, (_, i) => ({ _id: i as never })));
    for (const batchSize of [0, 1, 101, 333, 5000]) {
      const found = await collection.find({}, batchSize ? { batchSize } : {}).sort({ _id: 1 }).toArray();
      assert.deepEqual(found.map(({ _id }) => Number(_id)), Array.from({ length: 1000 }, (_, i) => i));
    }
    const reply = await server.db().command({ find: collection.collectionName });
    assert.equal(reply.cursor.firstBatch.length, 101);
  });

  it('keeps batches below 16 MB', async () => {
    const collection = server.fresh();
    for (let i = 0; i < 5; i++) await collection.insertOne({ _id: i as never, text: 'x'.repeat(5 * 1024 * 1024) });
    assert.equal((await collection.find().toArray()).length, 5);
  });

  it('killCursors and unknown cursors', async () => {
    const collection = await server.filled(Array.from({ length: 10 }, (_, i) => ({ i })));
    const name = collection.collectionName;
    const session = server.client.startSession();
    const { cursor } = await server.db().command({ find: name, batchSize: 2 }, { session, promoteLongs: false } as object);
    const killed = await server.db().command({ killCursors: name, cursors: [cursor.id] }, { session });
    assert.equal(killed.cursorsKilled.length, 1);
    await assert.rejects(server.db().command({ getMore: cursor.id, collection: name }, { session }), code(43));
    await assert.rejects(server.db().command({ getMore: Long.fromNumber(12345), collection: name }), code(43));
    await session.endSession();
  });

  it('limit and singleBatch close the cursor', async () => {
    const collection = await server.filled(Array.from({ length: 10 }, (_, i) => ({ i })));
    const reply = await server.db().command({ find: collection.collectionName, limit: 3 });
    assert.deepEqual([reply.cursor.firstBatch.length, Number(reply.cursor.id)], [3, 0]);
    assert.equal((await collection.find().limit(4).batchSize(2).toArray()).length, 4);
  });

  it('ends with an error when the collection is dropped', async () => {
    const collection = await server.filled(Array.from({ length: 500 }, (_, i) => ({ _id: i })));
    const cursor = collection.find({}, { batchSize: 2 });
    await cursor.next();
    await collection.drop();
    await assert.rejects(cursor.toArray(), code(175));
    assert.equal(await collection.countDocuments(), 0);
  });

  it('continues an aggregation too', async () => {
    const collection = await server.filled(Array.from({ length: 500 }, (_, i) => ({ _id: i })));
    assert.equal((await collection.aggregate([{ $match: { _id: { $gte: 100 } } }, { $project: { _id: 1 } }], { batchSize: 7 }).toArray()).length, 400);
  });
});
