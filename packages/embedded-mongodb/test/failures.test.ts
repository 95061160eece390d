import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import mongoose from 'mongoose';
import { Engine } from '../engine/engine';
import { LmdbStore } from '../storage/store';
import { WireServer } from '../wire/server';
import { code, MongoClient, temporaryDirectory } from './support';
import type { Client } from './support';

const { BSON } = mongoose.mongo;

describe('embedded: failures', function() {
  this.timeout(60_000);
  const dir = temporaryDirectory();
  let engine: Engine;
  let server: WireServer;
  let store: LmdbStore;
  let client: Client;
  let port: number;
  const open = async () => {
    store = new LmdbStore(dir);
    engine = new Engine(store, { name: 'test', ttlMonitorSeconds: 60 });
    server = new WireServer(engine);
    port = await server.listen(0);
    engine.address = `127.0.0.1:${port}`;
    client = await MongoClient.connect(`mongodb://127.0.0.1:${port}`);
  };
  const close = async () => {
    await client.close();
    await server.close();
    await engine.close();
    await store.close();
  };
  before(open);
  after(async () => {
    await close();
    rmSync(dir, { recursive: true });
  });

  const fails = () => engine.writer.run(function* () {
    engine.catalog.ensure('test.half');
    throw new TypeError('a bug');
  });

  it('another client\'s failing write touches no cursor and no update, and leaves nothing behind', async () => {
    const collection = client.db('test').collection<{ _id: number; n?: number }>('c');
    await collection.insertMany(Array.from({ length: 3000 }, (_, _id) => ({ _id })));
    const cursor = collection.find().sort({ _id: 1 }).batchSize(100);
    assert.equal((await cursor.next())?._id, 0);
    const updated = collection.updateMany({}, { $set: { n: 1 } });
    const failed = Array.from({ length: 20 }, () => assert.rejects(fails(), TypeError));
    await Promise.all(failed);
    assert.equal((await updated).modifiedCount, 3000);
    assert.equal((await cursor.toArray()).length, 2999);
    assert.equal(engine.catalog.get('test.half'), undefined);
    assert.equal(await collection.estimatedDocumentCount(), 3000);
  });

  it('undoes a renaming, a changed index and the collection that they replace', async () => {
    const db = client.db('test');
    await db.collection<{ _id: number }>('from').insertMany([{ _id: 1 }, { _id: 2 }]);
    await db.collection('from').createIndex({ at: 1 }, { expireAfterSeconds: 100 });
    await db.collection<{ _id: number }>('to').insertOne({ _id: 3 });
    const known = engine.catalog.get('test.from');
    const index = known?.find('at_1');
    assert.ok(known && index);
    await assert.rejects(engine.writer.run(function* () {
      engine.catalog.replaceIndex(known, index, index.with({ expireAfterSeconds: 5 }));
      engine.catalog.rename(known, 'test.to');
      engine.catalog.ensure('test.to').insert(store, { _id: 4, at: [1, 2] }, Buffer.from(BSON.serialize({ _id: 4, at: [1, 2] })));
      throw new TypeError('a bug');
    }), TypeError);
    const counts = async () => [await client.db('test').collection('from').estimatedDocumentCount(), await client.db('test').collection('to').estimatedDocumentCount()];
    assert.deepEqual(await counts(), [2, 1]);
    assert.equal((await db.collection('from').indexes())[1].expireAfterSeconds, 100);
    // It has become multikey in memory: the file has to know it as well.
    await db.collection<{ _id: number; at: number[] }>('from').insertOne({ _id: 5, at: [7, 8] });
    await close();
    await open();
    assert.deepEqual(await counts(), [3, 1]);
    assert.equal(engine.catalog.get('test.from')?.find('at_1')?.multikey, true);
    assert.equal(await client.db('test').collection('from').countDocuments({ at: { $gte: 7 } }, { hint: 'at_1' }), 1);
  });

  it('stops reading a snapshot once the end has begun, and closes the file after it', async () => {
    const view = store;
    const refused = assert.rejects(engine.readSnapshot(function* () {
      const snapshot = view.snapshot();
      try {
        for (;;) yield undefined;
      } finally {
        view.release(snapshot);
      }
    }), { code: 11600 });
    assert.equal(view.viewed, true);
    await close();
    assert.equal(view.viewed, false);
    await refused;
    await open();
  });

  it('refuses torn documents before doing anything of the command', async () => {
    const good = BSON.serialize({ _id: 1 });
    const torn = Buffer.from(BSON.serialize({ _id: 2, a: 'text' }));
    torn.writeInt32LE(5000, torn.length - 10);
    const command = BSON.serialize({ insert: 'torn', $db: 'test' });
    const sequence = Buffer.concat([Buffer.alloc(4), Buffer.from('documents\0'), good, torn]);
    sequence.writeInt32LE(sequence.length);
    const body = Buffer.concat([Buffer.alloc(20), Buffer.from([0]), command, Buffer.from([1]), sequence]);
    body.writeInt32LE(body.length, 0);
    body.writeInt32LE(2013, 12);
    const socket = connect(port, '127.0.0.1');
    socket.write(body);
    const [answer] = await once(socket, 'data') as [Buffer];
    socket.destroy();
    const reply = BSON.deserialize(answer.subarray(21));
    assert.deepEqual([reply.ok, reply.code], [0, 22]);
    assert.equal(await client.db('test').collection('torn').countDocuments(), 0);
  });

  it('forgets an index that could not be built: writes continue, and a second build begins anew', async () => {
    const collection = client.db('test').collection<{ _id: number; a: number }>('built');
    await collection.insertMany(Array.from({ length: 20_000 }, (_, _id) => ({ _id, a: _id })));
    const target = engine.catalog.get('test.built');
    assert.ok(target);
    const { build } = target;
    let entries = 0;
    target.build = (...given) => {
      if (++entries === 15_000) throw new TypeError('a bug');
      build.apply(target, given);
    };
    const second = new Promise<string>((resolve, reject) => setImmediate(() => collection.createIndex({ a: 1 }).then(resolve, reject)));
    await assert.rejects(collection.createIndex({ a: 1 }));
    assert.equal(await second, 'a_1');
    assert.equal(await collection.countDocuments({ a: 7 }, { hint: 'a_1' }), 1);
    await collection.insertOne({ _id: -1, a: -1 });
    assert.deepEqual((await collection.indexes()).map(({ name }) => name), ['_id_', 'a_1']);
    await close();
    await open();
    assert.deepEqual((await client.db('test').collection('built').indexes()).map(({ name }) => name), ['_id_', 'a_1']);
  });

  it('forgets, at the next start, an index whose building was cut short', async () => {
    await engine.writer.run(function* () {
      engine.catalog.addIndex(engine.catalog.ensure('test.cut'), { name: 'x_1', key: { x: 1 } });
    });
    await close();
    await open();
    const collection = client.db('test').collection('cut');
    assert.deepEqual((await collection.indexes()).map(({ name }) => name), ['_id_']);
    assert.equal(await collection.createIndex({ x: 1 }), 'x_1');
  });

  it('a dropped collection ends the building of its index', async () => {
    const collection = client.db('test').collection('dropped');
    await collection.insertMany(Array.from({ length: 20_000 }, (_, i) => ({ i })));
    const building = assert.rejects(collection.createIndex({ i: 1 }));
    await collection.drop();
    await building;
  });

  // The limit of a process that runs can be raised from outside on Linux alone.
  (process.platform === 'linux' ? it : it.skip)('reports a full disk as such; connected clients can read, and write again when there is room (on Linux)', async () => {
    const small = temporaryDirectory();
    // The child's files must not grow, as on a full disk.
    const child: ChildProcess = spawn('prlimit', ['--fsize=3000000:', process.execPath, join(__dirname, 'owner-child.js'), small], { stdio: ['ignore', 'pipe', 'ignore'] });
    try {
      const [line] = await once(child.stdout as NonNullable<ChildProcess['stdout']>, 'data') as [Buffer];
      const there = await MongoClient.connect(`mongodb://127.0.0.1:${line.toString().trim().slice(5)}`, { retryWrites: false });
      const collection = there.db('t').collection<{ _id: number; text: string }>('c');
      let stored = 0;
      const full = async () => {
        for (;;) {
          await collection.insertOne({ _id: stored, text: 'x'.repeat(20_000) });
          stored++;
        }
      };
      await collection.createIndex({ _id: 1 });
      const cursor = collection.find().batchSize(2);
      await collection.insertMany([{ _id: -1, text: '' }, { _id: -2, text: '' }, { _id: -3, text: '' }]);
      await cursor.next();
      await assert.rejects(full(), error => code(14031)(error) && /disk full/.test((error as Error).message));
      await assert.rejects(collection.createIndex({ text: 1, _id: 1 }), code(14031));
      await assert.rejects(collection.createIndex({ text: 1, _id: 1 }), code(14031));
      assert.deepEqual((await collection.indexes()).map(({ name }) => name), ['_id_']);
      assert.equal((await cursor.toArray()).length, stored + 2);
      assert.equal(await collection.estimatedDocumentCount(), stored + 3);
      assert.equal(spawnSync('prlimit', [`--pid=${child.pid}`, '--fsize=9000000:']).status, 0);
      await collection.insertOne({ _id: stored, text: 'x'.repeat(20_000) });
      assert.equal(await collection.createIndex({ _id: -1 }), '_id_-1');
      await there.close();
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
      rmSync(small, { recursive: true });
    }
  });
});
