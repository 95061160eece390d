import assert from 'node:assert/strict';
import { BSONRegExp, code, Decimal128, Long, MongoBulkWriteError, MongoServerError, TestServer } from './support';

describe('embedded: CRUD', () => {
  const server = new TestServer();
  before(() => server.start());
  after(() => server.stop());

  const ids = async (documents: object[], filter: object) => {
    const collection = await server.filled(documents.map((document, i) => ({ _id: i, ...document })));
    return (await collection.find(filter as never).sort({ _id: 1 }).toArray()).map(({ _id }) => Number(_id));
  };

  describe('query operators', () => {
    const values = [{ a: 1 }, { a: 2.5 }, { a: 'x' }, { a: null }, {}, { a: [1, 5] }, { a: { b: 1 } }, { a: Long.fromNumber(1) }, { a: true }];
    const cases: [string, object, number[]][] = [
      ['equality of numbers of any type, and elements of arrays', { a: 1 }, [0, 5, 7]],
      ['null matches null and missing', { a: null }, [3, 4]],
      ['$ne null', { a: { $ne: null } }, [0, 1, 2, 5, 6, 7, 8]],
      ['$gt within a type', { a: { $gt: 1 } }, [1, 5]],
      ['$gte and $lte', { a: { $gte: 1, $lte: 2.5 } }, [0, 1, 5, 7]],
      ['$lt on strings', { a: { $lt: 'y' } }, [2]],
      ['$gte null', { a: { $gte: null } }, [3, 4]],
      ['$in with null', { a: { $in: ['x', null] } }, [2, 3, 4]],
      ['$nin', { a: { $nin: [1, null] } }, [1, 2, 6, 8]],
      ['$exists true', { a: { $exists: true } }, [0, 1, 2, 3, 5, 6, 7, 8]],
      ['$exists false', { a: { $exists: false } }, [4]],
      ['$type by name, also of elements', { a: { $type: 'int' } }, [0, 5]],
      ['$type number', { a: { $type: 'number' } }, [0, 1, 5, 7]],
      ['$type array', { a: { $type: 'array' } }, [5]],
      ['$type bool', { a: { $type: ['bool', 'object'] } }, [6, 8]],
      ['$size', { a: { $size: 2 } }, [5]],
      ['$all on a scalar', { a: { $all: ['x'] } }, [2]],
      ['$all on an array', { a: { $all: [5, 1] } }, [5]],
      ['$not', { a: { $not: { $gt: 1 } } }, [0, 2, 3, 4, 6, 7, 8]],
      ['$mod', { a: { $mod: [2, 1] } }, [0, 5, 7]],
      ['dotted path', { 'a.b': 1 }, [6]],
      ['array index', { 'a.1': 5 }, [5]],
      ['$or', { $or: [{ a: 'x' }, { a: true }] }, [2, 8]],
      ['$nor', { $nor: [{ a: { $exists: true } }] }, [4]],
      ['whole document', { a: { b: 1 } }, [6]],
      ['whole array', { a: [1, 5] }, [5]],
      ['$expr', { $expr: { $eq: ['$a', 'x'] } }, [2]],
    ];
    for (const [name, filter, expected] of cases) it(name, async () => assert.deepEqual(await ids(values, filter), expected));

    it('regexes with options', async () => {
      const documents = [{ a: 'Hello' }, { a: 'hell' }, { a: 'x\nhello' }, { a: ['no', 'hello'] }];
      assert.deepEqual(await ids(documents, { a: /^hel/ }), [1, 3]);
      assert.deepEqual(await ids(documents, { a: { $regex: '^HELLO', $options: 'i' } }), [0, 3]);
      assert.deepEqual(await ids(documents, { a: new BSONRegExp('^hello', 'm') }), [2, 3]);
      assert.deepEqual(await ids(documents, { a: { $in: [/^Hel/, 'hell'] } }), [0, 1]);
    });

    it('$elemMatch of documents and of values', async () => {
      const documents = [{ a: [{ b: 1, c: 2 }, { b: 3, c: 4 }] }, { a: [{ b: 1, c: 4 }] }, { a: [1, 9] }, { a: [5] }];
      assert.deepEqual(await ids(documents, { a: { $elemMatch: { b: 1, c: 4 } } }), [1]);
      assert.deepEqual(await ids(documents, { 'a.b': 1, 'a.c': 4 }), [0, 1]);
      assert.deepEqual(await ids(documents, { a: { $elemMatch: { $gt: 2, $lt: 8 } } }), [3]);
    });

    it('$exists and null through arrays of documents', async () => {
      const documents = [{ a: [{ b: 1 }, {}] }, { a: [] }, { a: 5 }, {}];
      assert.deepEqual(await ids(documents, { 'a.b': null }), [0, 2, 3]);
      assert.deepEqual(await ids(documents, { 'a.b': { $exists: false } }), [1, 2, 3]);
    });

    it('refuses what it does not know', async () => {
      const collection = server.fresh();
      await collection.insertOne({});
      await assert.rejects(collection.findOne({ a: { $foo: 1 } } as never), code(2));
      await assert.rejects(collection.findOne({ $foo: [] } as never), code(2));
      await assert.rejects(collection.findOne({ $or: [] }), code(2));
      await assert.rejects(collection.findOne({ a: { $in: 5 } } as never), code(2));
    });
  });

  describe('find', () => {
    it('sorts values of all types in BSON order', async () => {
      const ordered = [null, -1, Long.fromNumber(0), 2.5, 'a', 'b', { x: 1 }, false, true, new Date(0), new Date(1)];
      const collection = await server.filled([...ordered].reverse().map((a, i) => ({ _id: i, a })));
      const found = await collection.find().sort({ a: 1 }).toArray();
      assert.deepEqual(found.map(({ _id }) => Number(_id)), ordered.map((_, i) => ordered.length - 1 - i));
    });

    it('sorts arrays by their least or greatest element', async () => {
      const collection = await server.filled([{ _id: 1, a: [3, 9] }, { _id: 2, a: 5 }, { _id: 3, a: [] }, { _id: 4 }]);
      assert.deepEqual((await collection.find().sort({ a: 1 }).toArray()).map(({ _id }) => Number(_id)), [3, 4, 1, 2]);
      assert.deepEqual((await collection.find().sort({ a: -1 }).toArray()).map(({ _id }) => Number(_id)), [1, 2, 4, 3]);
    });

    it('sorts by object _id, skips and limits', async () => {
      const collection = await server.filled([{ _id: { a: 2, b: 1 } }, { _id: { a: 1, b: 2 } }, { _id: { a: 1, b: 1 } }]);
      assert.deepEqual((await collection.find().sort({ _id: 1 }).toArray()).map(({ _id }) => _id), [{ a: 1, b: 1 }, { a: 1, b: 2 }, { a: 2, b: 1 }]);
      assert.deepEqual((await collection.find().sort({ _id: 1 }).skip(1).limit(1).toArray()).map(({ _id }) => _id), [{ a: 1, b: 2 }]);
    });

    it('projects', async () => {
      const collection = await server.filled([{ _id: 1, a: 1, b: { c: 2, d: 3 }, l: [1, 2, 3, 4], m: [{ x: 1, y: 1 }, { x: 2, y: 2 }] }]);
      const project = async (projection: object, filter = {}) => await collection.findOne(filter, { projection });
      assert.deepEqual(await project({ a: 1 }), { _id: 1, a: 1 });
      assert.deepEqual(await project({ _id: 0, 'b.c': 1 }), { b: { c: 2 } });
      assert.deepEqual(await project({ b: 0, l: 0, m: 0 }), { _id: 1, a: 1 });
      assert.deepEqual(await project({ _id: 0, 'm.x': 1 }), { m: [{ x: 1 }, { x: 2 }] });
      assert.deepEqual(await project({ _id: 0, a: 1, l: { $slice: -2 } }), { a: 1, l: [3, 4] });
      assert.deepEqual((await project({ l: { $slice: [1, 2] } }))?.l, [2, 3]);
      assert.deepEqual(await project({ m: { $elemMatch: { x: 2 } } }), { _id: 1, m: [{ x: 2, y: 2 }] });
      assert.deepEqual(await project({ 'm.$': 1 }, { 'm.x': 2 }), { _id: 1, m: [{ x: 2, y: 2 }] });
      assert.deepEqual(await project({ _id: 0, sum: { $add: ['$a', '$b.c'] } }), { sum: 3 });
      await assert.rejects(project({ a: 1, b: 0 }), code(31254));
      await assert.rejects(project({ a: 0, b: 1 }), code(31253));
    });

    it('counts and gives distinct values', async () => {
      const collection = await server.filled([{ a: [1, 2] }, { a: 2 }, { a: 'x' }, {}]);
      assert.equal(await collection.countDocuments({ a: 2 }), 2);
      assert.equal(await collection.countDocuments(), 4);
      assert.equal(await collection.estimatedDocumentCount(), 4);
      assert.deepEqual(await collection.distinct('a'), [1, 2, 'x']);
      assert.deepEqual(await collection.distinct('a', { a: 1 }), [1, 2]);
    });

    it('honours maxTimeMS', async () => {
      const collection = server.fresh();
      await collection.insertMany(Array.from({ length: 60_000 }, (_, i) => ({ i, text: 'x'.repeat(50) })));
      await assert.rejects(collection.find({ text: 'y' }, { maxTimeMS: 1 }).toArray(), code(50));
    });
  });

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

    it('tells matched from modified', async () => {
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
    it('gives the old or the new document, sorted and projected', async () => {
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

    it('unordered: does what can be done', async () => {
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

  it('refuses unknown commands, stages and fields with MongoDB\'s codes', async () => {
    const db = server.db();
    await assert.rejects(db.command({ noSuchCommand: 1 }), code(59));
    await assert.rejects(db.command({ find: 'x', noSuchField: 1 }), code(40415));
    await assert.rejects(db.collection('x').aggregate([{ $noSuchStage: {} }]).toArray(), code(40324));
    await assert.rejects(db.collection('x').aggregate([{ $project: { a: { $noSuchOperator: 1 } } }]).toArray(), error => error instanceof MongoServerError);
    await assert.rejects(db.command({ find: 5 }), code(73));
  });

  it('keeps Decimal128 sums exact', async () => {
    const collection = await server.filled([{ _id: 1, a: Decimal128.fromString('0.1') }]);
    await collection.updateOne({}, { $inc: { a: Decimal128.fromString('0.2') } });
    assert.equal(String((await collection.findOne())?.a), '0.3');
  });
});
