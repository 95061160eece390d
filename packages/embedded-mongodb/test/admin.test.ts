import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { startEmbedded } from '..';
import type { Collection as StoredCollection } from '../storage/collection';
import { Catalog } from '../storage/catalog';
import { LmdbStore } from '../storage/store';
import { code, MongoClient, temporaryDirectory, TestServer } from './support';
import type { Collection } from './support';

describe('embedded: changes of collections and indexes', () => {
  const server = new TestServer();
  before(() => server.start(1));
  after(() => server.stop());

  const admin = () => server.client.db('admin');
  const stage = async (collection: Collection, filter: object): Promise<string> => (await collection.find(filter).explain()).queryPlanner.winningPlan.stage;
  const collMod = (collection: Collection, index: object) => server.db().command({ collMod: collection.collectionName, index });
  const rename = (from: string, to: string, dropTarget?: boolean) => admin().command({ renameCollection: from, to, ...(dropTarget === undefined ? {} : { dropTarget }) });

  describe('collMod', () => {
    it('hides an index from queries and hints only', async () => {
      const collection = await server.filled([{ _id: 1, a: 1, b: 1 }, { _id: 2, a: 2, b: 2 }]);
      await collection.createIndex({ a: 1 }, { unique: true });
      assert.equal(await stage(collection, { a: 1 }), 'FETCH');
      const { hidden_old, hidden_new } = await collMod(collection, { name: 'a_1', hidden: true });
      assert.deepEqual([hidden_old, hidden_new], [false, true]);
      assert.equal((await collection.indexes())[1].hidden, true);
      assert.equal(await stage(collection, { a: 1 }), 'COLLSCAN');
      assert.equal(await stage(collection, { $or: [{ a: 1 }, { a: 2 }] }), 'COLLSCAN');
      await assert.rejects(collection.find({ a: 1 }).hint('a_1').toArray(), code(2));
      await assert.rejects(collection.find({ a: 1 }).hint({ a: 1 }).toArray(), code(2));
      assert.equal((await collection.findOne({ a: 2 }))?.b, 2);
      await assert.rejects(collection.insertOne({ a: 1 }), code(11000));
      // An application that creates it anew at its start finds it there.
      assert.equal(await collection.createIndex({ a: 1 }, { unique: true }), 'a_1');
      await collection.updateOne({ _id: 2 as never }, { $set: { a: 3 } });
      await collMod(collection, { keyPattern: { a: 1 }, hidden: false });
      assert.equal((await collection.indexes())[1].hidden, undefined);
      assert.equal(await stage(collection, { a: 3 }), 'FETCH');
      assert.equal((await collection.findOne({ a: 3 }))?._id, 2);
      assert.deepEqual(Object.keys(await collMod(collection, { name: 'a_1', hidden: false })).includes('hidden_new'), false);
    });

    it('changes when documents expire, of a hidden index too, and makes an index a TTL one', async function() {
      this.timeout(90_000);
      const gone = async (collection: Collection, id: number) => {
        while (await collection.countDocuments({ _id: id as never })) await new Promise(resolve => setTimeout(resolve, 50));
      };
      const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
      const collection = await server.filled([{ _id: 1, at: minutesAgo(30) }, { _id: 2, at: minutesAgo(90) }, { _id: 3, at: minutesAgo(200) }]);
      await collection.createIndex({ at: 1 });
      const first = await collMod(collection, { name: 'at_1', expireAfterSeconds: 7200 });
      assert.deepEqual([first.expireAfterSeconds_old, Number(first.expireAfterSeconds_new)], [undefined, 7200]);
      await gone(collection, 3);
      await collMod(collection, { name: 'at_1', hidden: true });
      const { expireAfterSeconds_old, expireAfterSeconds_new } = await collMod(collection, { name: 'at_1', expireAfterSeconds: 3600 });
      assert.deepEqual([Number(expireAfterSeconds_old), Number(expireAfterSeconds_new)], [7200, 3600]);
      await gone(collection, 2);
      assert.equal(await collection.countDocuments(), 1);
      assert.deepEqual((await collection.indexes())[1], { v: 2, key: { at: 1 }, name: 'at_1', hidden: true, expireAfterSeconds: 3600 });
    });

    it('refuses missing indexes and impossible changes', async () => {
      const collection = await server.filled([{ a: 1 }]);
      await collection.createIndex({ a: 1, b: 1 });
      await assert.rejects(collMod(server.fresh(), { name: 'a_1', hidden: true }), code(26));
      await assert.rejects(collMod(collection, { name: 'nonsense', hidden: true }), code(27));
      await assert.rejects(collMod(collection, { name: '_id_', hidden: true }), code(2));
      await assert.rejects(collMod(collection, { name: 'a_1_b_1' }), code(72));
      await assert.rejects(collMod(collection, { hidden: true }), code(72));
      await assert.rejects(collMod(collection, { name: 'a_1_b_1', keyPattern: { a: 1, b: 1 }, hidden: true }), code(72));
      await assert.rejects(collMod(collection, { name: 'a_1_b_1', expireAfterSeconds: 5 }));
      await assert.rejects(collMod(collection, { name: 'a_1_b_1', expireAfterSeconds: -5 }));
      await assert.rejects(server.db().command({ collMod: collection.collectionName, nonsense: 1 }), code(40415));
    });
  });

  describe('renameCollection', () => {
    it('takes documents and indexes along', async () => {
      const collection = await server.filled([{ _id: 1, a: 1 }, { _id: 2, a: 2 }]);
      await collection.createIndex({ a: 1 }, { unique: true });
      const target = server.fresh();
      await collection.rename(target.collectionName);
      assert.equal(await collection.countDocuments(), 0);
      assert.equal((await server.db().listCollections({ name: collection.collectionName }).toArray()).length, 0);
      assert.deepEqual(await target.find().sort({ _id: 1 }).toArray(), [{ _id: 1, a: 1 }, { _id: 2, a: 2 }]);
      assert.equal(await stage(target, { a: 1 }), 'FETCH');
      await target.insertOne({ _id: 3 as never, a: 3 });
      await assert.rejects(target.insertOne({ a: 3 }), code(11000));
      // The old name is free.
      await collection.insertOne({ _id: 1 as never, a: 9 });
      assert.equal((await target.findOne({ _id: 1 as never }))?.a, 1);
      assert.equal((await target.aggregate([{ $collStats: { count: {} } }]).next())?.count, 3);
    });

    it('renames into another database, and over a collection that may be dropped', async () => {
      const collection = await server.filled([{ _id: 1 }]);
      const target = await server.filled([{ _id: 'old' }]);
      await assert.rejects(rename(collection.namespace, target.namespace), code(48));
      assert.equal(await target.countDocuments({ _id: 'old' as never }), 1);
      await rename(collection.namespace, target.namespace, true);
      assert.deepEqual(await target.find().toArray(), [{ _id: 1 }]);
      const other = `${server.db().databaseName}_other`;
      await rename(target.namespace, `${other}.elsewhere.deep`);
      assert.deepEqual(await server.client.db(other).collection('elsewhere.deep').find().toArray(), [{ _id: 1 }]);
      await server.client.db(other).dropDatabase();
    });

    it('refuses missing collections and impossible names', async () => {
      const collection = await server.filled([{ _id: 1 }]);
      const { namespace } = collection;
      await assert.rejects(rename(server.fresh().namespace, server.fresh().namespace), code(26));
      await assert.rejects(rename(namespace, namespace), code(20));
      for (const bad of ['nodot', `${server.db().databaseName}.`, `${server.db().databaseName}.a$b`, 'a b.c']) await assert.rejects(rename(namespace, bad), code(73));
      await assert.rejects(server.db().command({ renameCollection: namespace, to: server.fresh().namespace }), code(13));
      assert.equal(await collection.countDocuments(), 1);
    });

    it('ends cursors over it; a write that waits for a transaction goes into the collection of that name afterwards', async () => {
      const collection = await server.filled([{ _id: 1 }, { _id: 2 }, { _id: 3 }]);
      const target = server.fresh();
      const cursor = collection.find().batchSize(1);
      await cursor.next();
      const session = server.client.startSession();
      session.startTransaction();
      await collection.insertOne({ _id: 10 as never }, { session });
      const inserted = collection.insertOne({ _id: 10 as never, waited: true });
      // The insert is under way when a later command has been answered.
      await collection.findOne({ _id: 1 as never });
      while ((await admin().aggregate([{ $currentOp: {} }, { $match: { ns: collection.namespace, op: 'insert' } }]).toArray()).length === 0);
      await collection.rename(target.collectionName);
      await session.abortTransaction();
      await inserted;
      await session.endSession();
      await assert.rejects(cursor.next());
      assert.deepEqual(await collection.find().toArray(), [{ _id: 10, waited: true }]);
      assert.equal(await target.countDocuments(), 3);
      for (const each of [collection, target]) assert.equal((await server.db().command({ validate: each.collectionName })).valid, true);
    });
  });

  it('an insert that waits while its collection is dropped is not lost', async () => {
    const collection = await server.filled([{ _id: 1 }]);
    const session = server.client.startSession();
    session.startTransaction();
    await collection.insertOne({ _id: 5 as never }, { session });
    const inserted = collection.insertOne({ _id: 5 as never });
    while ((await admin().aggregate([{ $currentOp: {} }, { $match: { ns: collection.namespace, op: 'insert' } }]).toArray()).length === 0);
    await collection.drop();
    await session.abortTransaction();
    await inserted;
    await session.endSession();
    assert.deepEqual(await collection.find().toArray(), [{ _id: 5 }]);
  });
});

describe('embedded: validate, and the state after a restart', () => {
  const dir = temporaryDirectory();
  after(() => rmSync(dir, { recursive: true }));

  /** Starts the database, asks, ends it. */
  async function session<T>(ask: (db: ReturnType<InstanceType<typeof MongoClient>['db']>) => Promise<T>): Promise<T> {
    const database = await startEmbedded({ dir, port: 0 });
    const client = await MongoClient.connect(database.url('x'));
    try {
      return await ask(client.db());
    } finally {
      await client.close();
      await database.close();
    }
  }

  /** Changes the file while no database has it open. */
  async function damage(change: (store: LmdbStore, collection: StoredCollection) => void): Promise<void> {
    const store = new LmdbStore(dir);
    const collection = new Catalog(store).get('x.renamed');
    assert.ok(collection);
    store.transact(() => change(store, collection));
    await store.close();
  }

  const validate = () => session(db => db.command({ validate: 'renamed', full: true }));

  it('keeps names and options over a restart', async () => {
    await session(async db => {
      await db.collection('c').insertMany(Array.from({ length: 600 }, (_, i) => ({ _id: i as never, a: [i, -i], u: i, at: new Date() })));
      await db.collection('c').createIndexes([{ key: { a: 1 } }, { key: { u: 1 }, unique: true, partialFilterExpression: { u: { $gt: 99 } } }, { key: { at: 1 } }, { key: { none: 1 }, sparse: true }]);
      await db.command({ collMod: 'c', index: { name: 'at_1', expireAfterSeconds: 3600, hidden: true } });
      await db.renameCollection('c', 'renamed');
    });
    await session(async db => {
      assert.deepEqual((await db.listCollections().toArray()).map(({ name }) => name), ['renamed']);
      assert.deepEqual((await db.collection('renamed').indexes()).find(({ name }) => name === 'at_1'), { v: 2, key: { at: 1 }, name: 'at_1', hidden: true, expireAfterSeconds: 3600 });
      assert.equal(await db.collection('renamed').countDocuments({ a: -599 }), 1);
    });
  });

  it('validate counts documents and entries', async () => {
    const { valid, nrecords, nIndexes, keysPerIndex, errors } = await validate();
    assert.deepEqual({ valid, nrecords, nIndexes, keysPerIndex, errors }, { valid: true, nrecords: 600, nIndexes: 5, keysPerIndex: { _id_: 600, a_1: 1_199, u_1: 500, at_1: 600, none_1: 0 }, errors: [] });
    await session(async db => {
      await assert.rejects(db.command({ validate: 'nothing' }), code(26));
      await assert.rejects(db.command({ validate: 'renamed', repair: true }), code(2));
    });
  });

  it('validate finds missing, surplus and unreadable entries', async () => {
    await damage((store, { indexes: [, byArray] }) => {
      const [entry] = store.range(byArray.prefix, byArray.end, false, 1);
      store.write([[entry.key, null]]);
    });
    const missing = await validate();
    assert.deepEqual([missing.valid, missing.indexDetails.a_1.valid, missing.indexDetails.u_1.valid, missing.errors], [false, false, true, ['index a_1: 1 entries are missing']]);
    await damage((store, { indexes: [, byArray] }) => {
      const [entry] = store.range(byArray.prefix, byArray.end, true, 1);
      store.write([[Buffer.concat([entry.key.subarray(0, -1), Buffer.from([255])]), Buffer.alloc(0)]]);
    });
    const extra = await validate();
    assert.deepEqual(extra.errors, ['index a_1: 1 entries are missing', 'index a_1: 1 entries belong to no document']);
    await damage((store, { prefix, end }) => {
      const [entry] = store.range(prefix, end, true, 1);
      store.write([[entry.key, entry.value.subarray(0, 20)]]);
    });
    const unreadable = await validate();
    assert.deepEqual([unreadable.valid, unreadable.nrecords, unreadable.nInvalidDocuments], [false, 600, 1]);
  });
});
