import assert from 'node:assert/strict';
import mongoose from 'mongoose';
import { Binary, BSONRegExp, Decimal128, Double, Int32, Long, ObjectId, TestServer, Timestamp, UUID } from './support';

describe('embedded: values', () => {
  const server = new TestServer();
  before(() => server.start());
  after(() => server.stop());

  const options = { promoteValues: false, promoteLongs: false, bsonRegExp: true };

  const values: Record<string, unknown> = {
    int32: new Int32(7), double: new Double(7), fraction: new Double(1.5), negativeZero: new Double(-0), notANumber: new Double(NaN), infinity: new Double(-Infinity),
    long: Long.fromString('9007199254740993'), smallLong: Long.fromNumber(5), least: Long.MIN_VALUE, decimal: Decimal128.fromString('12345678901234567890.123'),
    binary: new Binary(Buffer.from([0, 1, 255])), uuid: new UUID(), date: new Date(-1), regex: new BSONRegExp('^a.b', 'ix'), id: new ObjectId(), timestamp: new Timestamp({ t: 5, i: 2 }),
    text: 'ünï\u0000cødé 漢字 😀', empty: '', none: null, list: [1, [2, { a: 3 }], []], nested: { a: { b: {} } }, yes: true,
  };

  it('come back unchanged, after inserts and after updates of other fields', async () => {
    const collection = server.fresh();
    await collection.insertOne({ _id: 1 as never, ...values });
    const check = async () => {
      const found: Record<string, unknown> = await collection.findOne({}, options) ?? {};
      const bytes = mongoose.mongo.BSON.serialize({ ...values });
      const { _id, touched, ...rest } = found;
      assert.equal(Buffer.from(mongoose.mongo.BSON.serialize(rest)).toString('hex'), Buffer.from(bytes).toString('hex'));
      return [_id, touched];
    };
    await check();
    await collection.updateOne({}, { $set: { touched: 1 } });
    await check();
  });

  it('$inc: int32 grows to int64 at its end, a double stays a double', async () => {
    const collection = await server.filled([{ _id: 1, a: new Int32(2147483646), b: new Int32(1), c: new Double(1), d: Long.fromNumber(1) }]);
    const types = async () => {
      const found = await collection.findOne({}, options);
      return [found?.a, found?.b, found?.c, found?.d].map(value => value._bsontype);
    };
    await collection.updateOne({}, { $inc: { a: 1, b: 1, c: 1, d: 1 } });
    assert.deepEqual(await types(), ['Int32', 'Int32', 'Double', 'Long']);
    await collection.updateOne({}, { $inc: { a: 1, b: 0.5 } });
    assert.deepEqual(await types(), ['Long', 'Double', 'Double', 'Long']);
    const found = await collection.findOne({}, options);
    assert.equal(String(found?.a), '2147483648');
  });

  it('numbers of different types are equal in queries and unique indexes', async () => {
    const collection = await server.filled([{ _id: new Int32(1) }]);
    assert.ok(await collection.findOne({ _id: Long.fromNumber(1) as never }));
    assert.ok(await collection.findOne({ _id: new Double(1) as never }));
    assert.ok(await collection.findOne({ _id: Decimal128.fromString('1.0') as never }));
    await assert.rejects(collection.insertOne({ _id: new Double(1) as never }), { code: 11000 });
  });

  it('names like __proto__ are data', async () => {
    const collection = server.fresh();
    const hostile = JSON.parse('{"_id": 1, "__proto__": {"polluted": 1}, "a": {"__proto__": 2}, "constructor": {"prototype": 3}}') as object;
    await collection.insertOne(hostile);
    await collection.updateOne({}, { $set: { b: 1 } });
    const bytes = mongoose.mongo.BSON.serialize(await collection.findOne() ?? {});
    for (const name of ['__proto__', 'polluted', 'constructor']) assert.ok(Buffer.from(bytes).includes(name), name);
    assert.equal(({} as Record<string, unknown>).polluted, undefined);
    assert.equal(await collection.countDocuments({ 'a.toString': { $exists: true } }), 0);
  });

  it('stores names that mean something to the serializer as data', async () => {
    const collection = server.fresh();
    await collection.insertOne(new Map<string, unknown>([['_id', 1], ['a', new Map([['_bsontype', 'ObjectId']])], ['toBSON', 5]]) as never);
    const found = await collection.findOneAndUpdate({}, { $set: { b: 1 } }, { returnDocument: 'after', raw: true }) as unknown as Buffer;
    for (const name of ['_bsontype', 'ObjectId', 'toBSON']) assert.ok(found.includes(name), name);
    assert.equal(await collection.countDocuments({ 'a._bsontype': 'ObjectId', b: 1 }), 1);
  });

  it('refuses documents that are too large', async () => {
    const collection = server.fresh();
    await assert.rejects(collection.insertOne({ a: 'x'.repeat(16 * 1024 * 1024) }));
    await collection.insertOne({ _id: 1 as never, a: 'x'.repeat(15 * 1024 * 1024) });
    await assert.rejects(collection.updateOne({}, { $set: { b: 'x'.repeat(2 * 1024 * 1024) } }));
    assert.equal((await collection.findOne())?.b, undefined);
  });
});
