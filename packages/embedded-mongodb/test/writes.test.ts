import assert from 'node:assert/strict';
import { code, Decimal128, MongoBulkWriteError, TestServer } from './support';

describe('embedded: writes', () => {
  const server = new TestServer();
  before(() => server.start());
  after(() => server.stop());

  describe('update operators', () => {
    const cases: [string, object, object, object][] = [
      ['$set deep', { a: 1 }, { $set: { 'b.c': 2, a: 3 } }, { a: 3, b: { c: 2 } }],
      ['$set in an array, filling up', { a: [1] }, { $set: { 'a.3': 4 } }, { a: [1, null, null, 4] }],
      ['$unset', { a: 1, b: { c: 1, d: 2 } }, { $unset: { a: '', 'b.c': '', x: '' } }, { b: { d: 2 } }],
      ['$unset of an array element leaves null', { a: [1, 2] }, { $unset: { 'a.0': '' } }, { a: [null, 2] }],
      ['$inc and $mul, missing ones too', { a: 1, b: 3 }, { $inc: { a: 2, x: 5 }, $mul: { b: 2, y: 4 } }, { a: 3, b: 6, x: 5, y: 0 }],
      ['$min and $max', { a: 5, b: 5 }, { $min: { a: 3, b: 9 }, $max: { c: 1 } }, { a: 3, b: 5, c: 1 }],
      ['$rename', { a: 1, b: 2 }, { $rename: { a: 'c.d' } }, { b: 2, c: { d: 1 } }],
      ['$push', { a: [1] }, { $push: { a: 2, b: 'new' } }, { a: [1, 2], b: ['new'] }],
      ['$push with modifiers', { a: [5, 1] }, { $push: { a: { $each: [4, 2], $sort: 1, $slice: -3 } } }, { a: [2, 4, 5] }],
      ['$push at a position', { a: [1, 4] }, { $push: { a: { $each: [2, 3], $position: 1 } } }, { a: [1, 2, 3, 4] }],
      ['$push sorted by a field', { a: [{ n: 3 }] }, { $push: { a: { $each: [{ n: 1 }], $sort: { n: 1 } } } }, { a: [{ n: 1 }, { n: 3 }] }],
      ['$addToSet $each keeps no duplicates', { a: [1] }, { $addToSet: { a: { $each: [1, 2, 2] } } }, { a: [1, 2] }],
      ['$addToSet of a list', { a: [[1]] }, { $addToSet: { a: [1] } }, { a: [[1]] }],
      ['$pop', { a: [1, 2, 3], b: [1, 2] }, { $pop: { a: 1, b: -1 } }, { a: [1, 2], b: [2] }],
      ['$pull by value, condition and document', { a: [1, 2, 1], b: [1, 5, 9], c: [{ x: 1, y: 1 }, { x: 2 }] }, { $pull: { a: 1, b: { $gte: 5 }, c: { x: 1 } } }, { a: [2], b: [1], c: [{ x: 2 }] }],
      ['$pullAll', { a: [1, 2, 3, 1] }, { $pullAll: { a: [1, 3] } }, { a: [2] }],
      ['$bit', { a: 13 }, { $bit: { a: { and: 10 } } }, { a: 8 }],
      ['$[] on every element', { a: [1, 2] }, { $inc: { 'a.$[]': 10 } }, { a: [11, 12] }],
      ['replacement', { a: 1, b: 2 }, { c: 3 }, { c: 3 }],
      ['nothing for $setOnInsert', { a: 1 }, { $setOnInsert: { a: 2 } }, { a: 1 }],
      ['field names are data', { a: 1 }, { $set: { constructor: 1, 'b.toString': 2 } }, { a: 1, b: { toString: 2 }, constructor: 1 }],
    ];
    for (const [name, document, update, expected] of cases) {
      it(name, async () => {
        const collection = await server.filled([{ _id: 1, ...document }]);
        const isReplacement = !Object.keys(update)[0].startsWith('$');
        await (isReplacement ? collection.replaceOne({}, update) : collection.updateOne({}, update));
        assert.deepEqual(await collection.findOne(), { _id: 1, ...expected });
      });
    }

    it('$ is the element that matched, arrayFilters choose', async () => {
      const collection = await server.filled([{ _id: 1, a: [{ n: 1 }, { n: 5 }], b: [1, 5, 9] }]);
      await collection.updateOne({ 'a.n': 5 }, { $set: { 'a.$.m': 1 } });
      await collection.updateOne({}, { $inc: { 'b.$[big]': 100 } }, { arrayFilters: [{ big: { $gte: 5 } }] });
      assert.deepEqual(await collection.findOne(), { _id: 1, a: [{ n: 1 }, { n: 5, m: 1 }], b: [1, 105, 109] });
      await assert.rejects(collection.updateOne({}, { $set: { 'a.$.m': 1 } }), code(2));
      await assert.rejects(collection.updateOne({}, { $set: { 'a.$[x]': 1 } }), code(2));
      await assert.rejects(collection.updateOne({}, { $set: { c: 1 } }, { arrayFilters: [{ x: 1 }] }), code(9));
    });

    it('$currentDate sets a date', async () => {
      const collection = await server.filled([{ _id: 1 }]);
      await collection.updateOne({}, { $currentDate: { at: true } });
      const at = (await collection.findOne())?.at;
      assert.ok(at instanceof Date && Math.abs(at.getTime() - Date.now()) < 60_000);
    });

    it('takes pipelines', async () => {
      const collection = await server.filled([{ _id: 1, a: 2, b: 3 }]);
      await collection.updateOne({}, [{ $set: { sum: { $add: ['$a', '$b'] } } }, { $unset: 'a' }]);
      assert.deepEqual(await collection.findOne(), { _id: 1, b: 3, sum: 5 });
      await collection.updateOne({}, [{ $replaceWith: { b: '$sum' } }]);
      assert.deepEqual(await collection.findOne(), { _id: 1, b: 5 });
    });

    const failures: [string, object, object, number][] = [
      ['$inc on a string', { a: 'x' }, { $inc: { a: 1 } }, 14],
      ['$inc by a string', { a: 1 }, { $inc: { a: 'x' } }, 14],
      ['$push on a number', { a: 1 }, { $push: { a: 1 } }, 2],
      ['$addToSet on a number', { a: 1 }, { $addToSet: { a: 1 } }, 2],
      ['$pop on a number', { a: 1 }, { $pop: { a: 1 } }, 14],
      ['conflicting paths', {}, { $set: { a: 1 }, $inc: { a: 1 } }, 40],
      ['a path and its parent', {}, { $set: { 'a.b': 1, a: {} } }, 40],
      ['_id', {}, { $set: { _id: 2 } }, 66],
      ['a field in a scalar', { a: 1 }, { $set: { 'a.b': 1 } }, 28],
      ['an unknown operator', {}, { $foo: { a: 1 } }, 9],
      ['an empty path', {}, { $set: { 'a..b': 1 } }, 56],
      ['no document for an operator', {}, { $set: 5 }, 9],
    ];
    for (const [name, document, update, expected] of failures) {
      it(`refuses ${name} and changes nothing`, async () => {
        const collection = await server.filled([{ _id: 1, ...document }]);
        await assert.rejects(collection.updateOne({}, update), code(expected));
        assert.deepEqual(await collection.findOne(), { _id: 1, ...document });
      });
    }

    it('counts matched and modified documents separately', async () => {
      const collection = await server.filled([{ a: 1 }, { a: 2 }]);
      const result = await collection.updateMany({}, { $set: { a: 2 } });
      assert.deepEqual([result.matchedCount, result.modifiedCount], [2, 1]);
    });
  });

  describe('upsert', () => {
    it('copies the equalities of the filter', async () => {
      const collection = server.fresh();
      const result = await collection.updateOne({ a: 1, 'b.c': { $eq: 2 }, $and: [{ d: 'x' }], e: { $gt: 5 } }, { $set: { f: 1 }, $setOnInsert: { g: 2 } }, { upsert: true });
      assert.equal(result.upsertedCount, 1);
      const { _id, ...rest } = await collection.findOne() ?? {};
      assert.deepEqual(_id, result.upsertedId);
      assert.deepEqual(rest, { a: 1, b: { c: 2 }, d: 'x', f: 1, g: 2 });
    });

    it('uses the _id of the filter, also for a replacement', async () => {
      const collection = server.fresh();
      assert.equal((await collection.updateOne({ _id: 'k' as never }, { $set: { a: 1 } }, { upsert: true })).upsertedId, 'k');
      assert.equal((await collection.replaceOne({ _id: 'r' as never, z: 1 }, { a: 2 }, { upsert: true })).upsertedId, 'r');
      assert.deepEqual(await collection.find().sort({ _id: 1 }).toArray(), [{ _id: 'k', a: 1 }, { _id: 'r', a: 2 }]);
    });

    it('inserts once under 50 at the same time', async () => {
      const collection = server.fresh();
      await collection.createIndex({ key: 1 }, { unique: true });
      const results = await Promise.allSettled(Array.from({ length: 50 }, () => collection.updateOne({ key: 'x' }, { $inc: { n: 1 }, $setOnInsert: { first: true } }, { upsert: true })));
      const done = results.filter(result => result.status === 'fulfilled').map(({ value }) => value);
      assert.equal(done.filter(({ upsertedCount }) => upsertedCount === 1).length, 1);
      for (const result of results) if (result.status === 'rejected') code(11000)(result.reason);
      assert.equal((await collection.find().toArray()).length, 1);
      assert.equal((await collection.findOne())?.n, done.length);
    });
  });

  describe('findOneAndUpdate', () => {
    it('returns the old or the new document, sorted and projected', async () => {
      const collection = await server.filled([{ _id: 1, n: 1 }, { _id: 2, n: 2 }]);
      assert.deepEqual(await collection.findOneAndUpdate({}, { $inc: { n: 10 } }, { sort: { n: -1 } }), { _id: 2, n: 2 });
      assert.deepEqual(await collection.findOneAndUpdate({ _id: 1 as never }, { $inc: { n: 10 } }, { returnDocument: 'after', projection: { n: 1, _id: 0 } }), { n: 11 });
      assert.equal(await collection.findOneAndUpdate({ _id: 9 as never }, { $inc: { n: 1 } }), null);
      const made = await collection.findOneAndUpdate({ _id: 9 as never }, { $inc: { n: 1 } }, { upsert: true, includeResultMetadata: true });
      assert.deepEqual([made.value, made.lastErrorObject], [null, { n: 1, updatedExisting: false, upserted: 9 }]);
      assert.deepEqual(await collection.findOneAndDelete({ _id: 9 as never }), { _id: 9, n: 1 });
      assert.deepEqual(await collection.findOneAndReplace({ _id: 1 as never }, { z: 1 }, { returnDocument: 'after' }), { _id: 1, z: 1 });
    });

    it('has one winner for each job under 50 claimants', async () => {
      const collection = await server.filled(Array.from({ length: 200 }, (_, i) => ({ _id: i, state: i % 2 ? 'ready' : 'leased', nextAt: new Date(i) })));
      await collection.createIndex({ state: 1, nextAt: 1 });
      const claimed: number[] = [];
      const claimant = async (name: number) => {
        for (;;) {
          const job = await collection.findOneAndUpdate({ state: { $in: ['ready', 'leased'] }, nextAt: { $lte: new Date(1000) } }, { $set: { state: 'leased', by: name, nextAt: new Date(5000) } }, { sort: { nextAt: 1 } });
          if (!job) return;
          claimed.push(Number(job._id));
        }
      };
      await Promise.all(Array.from({ length: 50 }, (_, i) => claimant(i)));
      assert.deepEqual([...claimed].sort((a, b) => a - b), Array.from({ length: 200 }, (_, i) => i));
    });
  });

  describe('bulk writes', () => {
    it('ordered: stops at the first error and says which', async () => {
      const collection = server.fresh();
      await assert.rejects(collection.insertMany([{ _id: 1 as never }, { _id: 1 as never }, { _id: 2 as never }]), error => {
        assert.ok(error instanceof MongoBulkWriteError);
        assert.deepEqual([error.code, error.result.insertedCount, [error.writeErrors].flat().map(({ index }) => index)], [11000, 1, [1]]);
        return true;
      });
      assert.equal(await collection.countDocuments(), 1);
    });

    it('unordered: does everything that can be done', async () => {
      const collection = server.fresh();
      await assert.rejects(collection.bulkWrite([
        { insertOne: { document: { _id: 1 as never } } }, { insertOne: { document: { _id: 1 as never } } }, { insertOne: { document: { _id: 2 as never } } },
        { updateOne: { filter: { _id: 2 as never }, update: { $inc: { n: 1 } } } }, { updateOne: { filter: { _id: 3 as never }, update: { $set: { n: 1 } }, upsert: true } },
        { deleteOne: { filter: { _id: 1 as never } } },
      ], { ordered: false }), error => {
        assert.ok(error instanceof MongoBulkWriteError);
        assert.deepEqual([error.result.insertedCount, error.result.modifiedCount, error.result.upsertedCount, error.result.deletedCount], [2, 1, 1, 1]);
        return true;
      });
      assert.deepEqual(await collection.find().sort({ _id: 1 }).toArray(), [{ _id: 2, n: 1 }, { _id: 3, n: 1 }]);
    });

    it('deletes one or many; w:0 is carried out', async () => {
      const collection = await server.filled([{ a: 1 }, { a: 1 }, { a: 2 }]);
      assert.equal((await collection.deleteOne({ a: 1 })).deletedCount, 1);
      assert.equal((await collection.deleteMany({})).deletedCount, 2);
      await collection.insertOne({ a: 5 }, { writeConcern: { w: 0 } });
      for (let i = 0; i < 200 && await collection.countDocuments() === 0; i++) await new Promise(resolve => setTimeout(resolve, 5));
      assert.equal(await collection.countDocuments(), 1);
    });
  });

  it('keeps Decimal128 sums exact', async () => {
    const collection = await server.filled([{ _id: 1, a: Decimal128.fromString('0.1') }]);
    await collection.updateOne({}, { $inc: { a: Decimal128.fromString('0.2') } });
    assert.equal(String((await collection.findOne())?.a), '0.3');
  });
});
