import assert from 'node:assert/strict';
import { BSONRegExp, code, Long, MongoServerError, TestServer } from './support';

describe('embedded: queries', () => {
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

    it('refuses unknown operators', async () => {
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

    it('sorts by the fields of one element of an array', async () => {
      const collection = await server.filled([{ _id: 1, a: [{ x: 1, y: 9 }, { x: 2, y: 0 }] }, { _id: 2, a: [{ x: 1, y: 5 }] }]);
      assert.deepEqual((await collection.find().sort({ 'a.x': 1, 'a.y': 1 }).toArray()).map(({ _id }) => Number(_id)), [2, 1]);
      assert.deepEqual((await collection.find().sort({ 'a.x': -1, 'a.y': 1 }).toArray()).map(({ _id }) => Number(_id)), [1, 2]);
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

  it('refuses unknown commands, stages and fields with MongoDB\'s codes', async () => {
    const db = server.db();
    await assert.rejects(db.command({ noSuchCommand: 1 }), code(59));
    await assert.rejects(db.command({ find: 'x', noSuchField: 1 }), code(40415));
    await assert.rejects(db.collection('x').aggregate([{ $noSuchStage: {} }]).toArray(), code(40324));
    await assert.rejects(db.collection('x').aggregate([{ $project: { a: { $noSuchOperator: 1 } } }]).toArray(), error => error instanceof MongoServerError);
    await assert.rejects(db.command({ find: 5 }), code(73));
  });
});
