import assert from 'node:assert/strict';
import mongoose from 'mongoose';
import { code, Long, MongoServerError, TestServer } from './support';

describe('embedded: sessions', function() {
  this.timeout(30_000);
  const server = new TestServer();
  before(() => server.start());
  after(() => server.stop());

  it('commits and aborts; others see nothing before', async () => {
    const collection = await server.filled([{ _id: 1, n: 1 }]);
    const session = server.client.startSession();
    session.startTransaction();
    await collection.updateOne({ _id: 1 as never }, { $inc: { n: 1 } }, { session });
    await collection.insertOne({ _id: 2 as never, n: 5 }, { session });
    assert.deepEqual(await collection.find({ n: { $gte: 2 } }, { session }).sort({ _id: 1 }).toArray(), [{ _id: 1, n: 2 }, { _id: 2, n: 5 }]);
    assert.equal((await collection.findOne({ _id: 1 as never }))?.n, 1);
    assert.equal(await collection.countDocuments(), 1);
    await session.commitTransaction();
    assert.deepEqual((await collection.find().sort({ _id: 1 }).toArray()).map(({ n }) => Number(n)), [2, 5]);
    session.startTransaction();
    await collection.deleteMany({}, { session });
    assert.equal((await collection.find({}, { session }).toArray()).length, 0);
    await session.abortTransaction();
    assert.equal(await collection.countDocuments(), 2);
    await session.endSession();
  });

  it('reads from the snapshot of its beginning', async () => {
    const collection = await server.filled([{ _id: 1, n: 1 }, { _id: 2, n: 1 }]);
    const session = server.client.startSession();
    session.startTransaction({ readConcern: { level: 'snapshot' } });
    assert.equal((await collection.findOne({ _id: 1 as never }, { session }))?.n, 1);
    await collection.updateOne({ _id: 2 as never }, { $set: { n: 9 } });
    assert.equal((await collection.findOne({ _id: 2 as never }, { session }))?.n, 1);
    await session.abortTransaction();
    await session.endSession();
  });

  it('two transactions on one document: the second gets a WriteConflict to try again', async () => {
    const collection = await server.filled([{ _id: 1, n: 0 }]);
    const [a, b] = [server.client.startSession(), server.client.startSession()];
    a.startTransaction();
    b.startTransaction();
    await collection.updateOne({ _id: 1 as never }, { $inc: { n: 1 } }, { session: a });
    await assert.rejects(collection.updateOne({ _id: 1 as never }, { $inc: { n: 10 } }, { session: b }), error => {
      assert.ok(error instanceof MongoServerError && error.hasErrorLabel('TransientTransactionError'));
      return error.code === 112;
    });
    await a.commitTransaction();
    await b.abortTransaction().catch(() => undefined);
    assert.equal((await collection.findOne())?.n, 1);
    await Promise.all([a.endSession(), b.endSession()]);
  });

  it('a plain write waits for the transaction that has the document', async () => {
    const collection = await server.filled([{ _id: 1, n: 0 }]);
    const session = server.client.startSession();
    session.startTransaction();
    await collection.updateOne({ _id: 1 as never }, { $inc: { n: 1 } }, { session });
    let finished = false;
    const write = collection.updateOne({ _id: 1 as never }, { $inc: { n: 10 } }).then(() => {
      finished = true;
    });
    await collection.insertOne({ _id: 2 as never });
    assert.equal(finished, false);
    await session.commitTransaction();
    await write;
    assert.equal((await collection.findOne({ _id: 1 as never }))?.n, 11);
    await session.endSession();
  });

  it('withTransaction: 20 concurrent increments add up', async () => {
    const collection = await server.filled([{ _id: 1, n: 0 }]);
    await Promise.all(Array.from({ length: 20 }, () => server.client.withSession(session => session.withTransaction(async () => {
      const found = await collection.findOne({ _id: 1 as never }, { session });
      await collection.updateOne({ _id: 1 as never }, { $set: { n: Number(found?.n) + 1 } }, { session });
    }))));
    assert.equal((await collection.findOne())?.n, 20);
  });

  it('gives a unique key to the first transaction', async () => {
    const collection = server.fresh();
    await collection.createIndex({ a: 1 }, { unique: true });
    const session = server.client.startSession();
    session.startTransaction();
    await collection.insertOne({ a: 1 }, { session });
    const other = collection.insertOne({ a: 1 });
    await session.commitTransaction();
    await assert.rejects(other, code(11000));
    await session.endSession();
  });

  it('Mongoose: models, transactions, validation by unique', async () => {
    const connection = await mongoose.createConnection(server.url, { dbName: server.db().databaseName }).asPromise();
    const Person = connection.model('Person', new mongoose.Schema({ name: { type: String, unique: true }, friends: [{ type: mongoose.Schema.Types.ObjectId, ref: 'Person' }], age: Number }, { timestamps: true }));
    await Person.init();
    const friend = await Person.create({ name: 'b' });
    await connection.transaction(async session => {
      await Person.create([{ name: 'a', friends: [friend._id], age: 3 }], { session });
    });
    await assert.rejects(connection.transaction(async session => {
      await Person.create([{ name: 'c' }], { session });
      throw new Error('no');
    }), /no/);
    const found = await Person.findOne({ name: 'a' }).populate<{ friends: { name: string }[] }>('friends').orFail();
    assert.deepEqual(found.friends.map(({ name }) => name), ['b']);
    assert.equal(await Person.countDocuments({ name: 'c' }), 0);
    found.age = 4;
    await found.save();
    assert.equal((await Person.findOneAndUpdate({ name: 'a' }, { $inc: { age: 1 } }, { new: true }).lean())?.age, 5);
    await assert.rejects(Person.create({ name: 'a' }), code(11000));
    await connection.close();
  });

  it('all shapes of connection work', async () => {
    for (const options of ['', 'directConnection=true', 'retryWrites=false&w=majority&journal=true']) {
      const url = new URL(server.url);
      url.search = options;
      const client = await mongoose.mongo.MongoClient.connect(url.href);
      const collection = client.db(server.db().databaseName).collection('shapes');
      await collection.insertOne({ options });
      assert.equal((await collection.findOne({ options }))?.options, options);
      await client.close();
    }
  });

  it('answers a retried write with the recorded outcome, and does not repeat it', async () => {
    const collection = await server.filled([{ _id: 1, n: 0 }]);
    const session = server.client.startSession();
    // Above the numbers that the driver has used in this session before.
    const send = (command: object, txnNumber: number) => server.db().command({ ...command, txnNumber: Long.fromNumber(1_000_000 + txnNumber) }, { session });
    const name = collection.collectionName;
    const update = { update: name, updates: [{ q: { _id: 1 }, u: { $inc: { n: 1 } } }] };
    const first = await send(update, 1);
    assert.deepEqual([first.n, first.nModified], [1, 1]);
    const again = await send(update, 1);
    assert.deepEqual([again.n, again.nModified], [1, 1]);
    assert.equal((await collection.findOne())?.n, 1);
    const insert = { insert: name, documents: [{ _id: 5 }, { _id: 6 }] };
    assert.equal((await send(insert, 2)).n, 2);
    const repeated = await send(insert, 2);
    assert.deepEqual([repeated.n, repeated.writeErrors], [2, undefined]);
    const modify = { findAndModify: name, query: { _id: 1 }, update: { $inc: { n: 1 } }, new: true };
    assert.equal((await send(modify, 3)).value.n, 2);
    assert.equal((await send(modify, 3)).value.n, 2);
    assert.equal((await collection.findOne({ _id: 1 as never }))?.n, 2);
    await assert.rejects(send(update, 1), code(225));
    await session.endSession();
  });
});
