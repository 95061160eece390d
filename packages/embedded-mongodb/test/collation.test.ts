import assert from 'node:assert/strict';
import { code, TestServer } from './support';

describe('embedded: collation', () => {
  const server = new TestServer();
  before(() => server.start());
  after(() => server.stop());

  const names = ['cote', 'Cote', 'coté', 'zoo', 'Åland', 'apple', 'COTÉ'];
  const two = { locale: 'en', strength: 2 };
  const one = { locale: 'en', strength: 1 };
  const filled = () => server.filled([...names.map((name, _id) => ({ _id, name, tags: [name], n: 1 })), { _id: 7, name: 5, tags: [], n: 1 }]);
  const ids = (documents: { _id: unknown }[]) => documents.map(({ _id }) => Number(_id));

  it('finds, with and without an index, which is of no use for strings', async () => {
    const collection = await filled();
    for (const indexed of [false, true]) {
      if (indexed) {
        await collection.createIndex({ name: 1 });
        await collection.createIndex({ tags: 1 }, { partialFilterExpression: { name: 'cote' } });
      }
      const find = async (filter: object, collation: typeof one) => ids(await collection.find(filter as never, { collation }).sort({ _id: 1 }).toArray() as { _id: unknown }[]).filter(id => id < 8);
      assert.deepEqual(await find({ name: 'COTE' }, two), [0, 1]);
      assert.deepEqual(await find({ name: 'COTE' }, one), [0, 1, 2, 6]);
      assert.deepEqual(await find({ name: { $in: ['ALAND', 5] } }, one), [4, 7]);
      assert.deepEqual(await find({ name: { $ne: 'cote' } }, one), [3, 4, 5, 7]);
      assert.deepEqual(await find({ name: { $gt: 'COTE', $lt: 'zz' } }, one), [3]);
      assert.deepEqual(await find({ name: 'cote', tags: 'COTE' }, two), [0, 1]);
      assert.deepEqual(await find({ tags: { $elemMatch: { $eq: 'cote' } } }, two), [0, 1]);
      assert.deepEqual(await find({ name: 'cote', $expr: { $eq: ['$name', 'COTE'] } }, two), [0, 1]);
      assert.deepEqual(await find({ name: /^cote/ }, two), [0]);
      assert.deepEqual(await find({ name: 5 }, two), [7]);
    }
    const { queryPlanner } = await collection.find({ name: 'cote' }, { collation: two }).explain() as { queryPlanner: { winningPlan: { stage: string } } };
    assert.equal(queryPlanner.winningPlan.stage, 'COLLSCAN');
  });

  it('sort', async () => {
    const collection = await filled();
    await collection.createIndex({ name: 1 });
    assert.deepEqual(ids(await collection.find({}, { collation: one }).sort({ name: 1, _id: 1 }).toArray() as never), [7, 4, 5, 0, 1, 2, 6, 3]);
    assert.deepEqual(ids(await collection.find({}, { collation: two }).sort({ name: -1, _id: 1 }).toArray() as never), [3, 2, 6, 0, 1, 5, 4, 7]);
    assert.deepEqual(ids(await collection.find().sort({ name: 1 }).toArray() as never), [7, 6, 1, 5, 0, 2, 3, 4]);
  });

  it('count, distinct, aggregate', async () => {
    const collection = await filled();
    assert.equal(await collection.countDocuments({ name: 'cote' }, { collation: one }), 4);
    assert.equal((await collection.distinct('name', {}, { collation: one })).length, 5);
    assert.deepEqual(await collection.aggregate([{ $match: { name: 'COTE' } }, { $group: { _id: '$name', n: { $sum: 1 }, all: { $addToSet: '$name' } } }], { collation: one }).toArray(), [{ _id: 'cote', n: 4, all: ['cote'] }]);
    assert.deepEqual(await collection.aggregate([{ $match: { name: 'Cote' } }, { $project: { _id: 1, same: { $eq: ['$name', 'COTE'] }, has: { $in: ['COTE', '$tags'] } } }, { $sort: { _id: 1 } }], { collation: two }).toArray(),
      [{ _id: 0, same: true, has: true }, { _id: 1, same: true, has: true }]);
  });

  it('update, delete, findOneAndUpdate', async () => {
    const collection = await filled();
    assert.equal((await collection.updateMany({ name: 'cote' }, { $set: { n: 2 } }, { collation: two })).modifiedCount, 2);
    assert.equal((await collection.updateOne({ tags: 'ALAND' }, { $set: { 'tags.$': 'x' } }, { collation: one })).modifiedCount, 1);
    assert.equal((await collection.findOneAndUpdate({ name: 'ZOO' }, { $set: { n: 3 } }, { collation: one }))?._id, 3);
    assert.equal((await collection.deleteMany({ name: 'COTE' }, { collation: one })).deletedCount, 4);
  });

  it('refuses invalid and unsupported collations', async () => {
    const collection = await filled();
    const find = (collation: object) => collection.find({ name: 'x' }, { collation: collation as never }).toArray();
    await assert.rejects(find({ strength: 1 }), code(40414));
    await assert.rejects(find({ locale: 'not-a-locale-at-all' }), code(2));
    await assert.rejects(find({ locale: 'en', strength: 1, foo: 1 }), code(40415));
    await assert.rejects(find({ locale: 'en', strength: 5 }), code(2));
    await assert.rejects(find({ locale: 'en', numericOrdering: true }), code(2));
    assert.deepEqual(await find({ locale: 'simple' }), []);
  });
});
