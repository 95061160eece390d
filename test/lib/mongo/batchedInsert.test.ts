import assert from 'node:assert/strict';
import mongoose from 'mongoose';
import { startEmbedded } from '@weapp-hub/embedded-mongodb';
import { sleep } from '../../../app/lib/async/sleep';
import { useApp } from '../../support/app';
import { Scratch } from '../../support/environment';
import { DatabaseProxy } from '../../support/proxy';
import { isUnavailable } from '../../../app/lib/mongo/errors';
import { insertAll, type InsertTarget } from '../../../app/lib/mongo/batchedInsert';

interface Thing { _id: string }

describe('lib/mongo/batchedInsert', () => {
  const hub = useApp();
  const target = () => hub().app.mongoose.connection.collection('things') as unknown as InsertTarget<Thing>;
  const things = (...ids: string[]) => ids.map(_id => ({ _id }));

  it('tells for each document whether it was new', async () => {
    assert.deepEqual(await insertAll(target(), things('a', 'b')), [{ value: true }, { value: true }]);
    assert.deepEqual(await insertAll(target(), things('b', 'c', 'b', 'd')), [{ value: false }, { value: true }, { value: false }, { value: true }]);
    assert.deepEqual(await insertAll(target(), things('d')), [{ value: false }]);
    assert.deepEqual(await insertAll(target(), []), []);
    assert.equal(await hub().app.mongoose.connection.collection('things').countDocuments({}), 4);
  });

  it('does not take another unique index\'s duplicate for an existing document', async () => {
    const collection = hub().app.mongoose.connection.collection('things');
    const index = await collection.createIndex({ kind: 1 }, { unique: true, sparse: true });
    const kinds = (...ids: string[]) => ids.map(_id => ({ _id, kind: 'one' }));
    assert.deepEqual(await insertAll(target(), kinds('k1')), [{ value: true }]);
    for (const documents of [kinds('k2'), kinds('k2', 'k3')]) {
      for (const outcome of await insertAll(target(), documents)) assert.ok('error' in outcome && !isUnavailable(outcome.error));
    }
    await collection.dropIndex(index);
    assert.deepEqual(await insertAll(target(), kinds('k1', 'k2')), [{ value: false }, { value: true }]);
  });

  it('gives each document its own error', async () => {
    // The answer of a server with a full disk, which no server here can be made to give.
    const writeErrors = [{ index: 0, code: 11000 }, { index: 2, code: 14031 }];
    const error = Object.assign(new mongoose.mongo.MongoServerError({ code: 11000, errmsg: 'E11000' }), { writeErrors });
    const full = { insertMany: () => Promise.reject(error), insertOne: () => Promise.reject(error) };
    const outcomes = await insertAll(full, things('a', 'b', 'c'));
    assert.deepEqual(outcomes.slice(0, 2), [{ value: false }, { value: true }]);
    assert.ok('error' in outcomes[2] && isUnavailable(outcomes[2].error));
  });

  it('counts nothing as stored that the majority does not have', async () => {
    const error = Object.assign(new mongoose.mongo.MongoServerError({ code: 11000, errmsg: 'E11000' }), {
      writeErrors: [{ index: 0, code: 11000 }], result: { getWriteConcernError: () => ({ code: 64 }) },
    });
    const lagging = { insertMany: () => Promise.reject(error), insertOne: () => Promise.reject(error) };
    await assert.rejects(insertAll(lagging, things('a', 'b')), isUnavailable);
  });

  it('recognises a database that is gone, with retryable writes and, as on a single server, without', async () => {
    const scratch = new Scratch();
    for (const retryWrites of [true, false]) {
      const database = await startEmbedded({ dir: scratch.path(`db-${retryWrites}`), port: 0 });
      const client = await mongoose.mongo.MongoClient.connect(`mongodb://127.0.0.1:${database.port}/?directConnection=true`, { retryWrites, serverSelectionTimeoutMS: 300 });
      const gone = client.db('test').collection('things') as unknown as InsertTarget<Thing>;
      assert.deepEqual(await insertAll(gone, things('a', 'b')), [{ value: true }, { value: true }]);
      await database.close();
      for (const documents of [things('c', 'd'), things('e', 'f'), things('g')]) await assert.rejects(insertAll(gone, documents), isUnavailable);
      await client.close();
      await assert.rejects(insertAll(gone, things('h', 'i')), isUnavailable);
    }
    scratch.remove();
  });

  it('recognises a connection that breaks while a large group is being written', async () => {
    const scratch = new Scratch();
    const database = await startEmbedded({ dir: scratch.path('db'), port: 0 });
    const proxy = await DatabaseProxy.start({ host: '127.0.0.1', port: database.port });
    const client = await mongoose.mongo.MongoClient.connect(`mongodb://127.0.0.1:${proxy.port}/?directConnection=true`, { retryWrites: false, serverSelectionTimeoutMS: 300 });
    const collection = client.db('test').collection('things') as unknown as InsertTarget<Thing & { text: string }>;
    await insertAll(collection, [{ _id: 'first', text: '' }]);
    // Unread data fills the socket: the rest of the group waits for room in it.
    proxy.freeze();
    const inserting = insertAll(collection, Array.from({ length: 200 }, (_, index) => ({ _id: `${index}`, text: 'x'.repeat(100_000) })));
    const refused = assert.rejects(inserting, isUnavailable);
    await sleep(300);
    proxy.cut();
    await refused;
    await client.close();
    proxy.mend();
    await proxy.close();
    await database.close();
    scratch.remove();
  });

  it('fails as a whole when single outcomes are unknown', async () => {
    const away = new mongoose.mongo.MongoNetworkError('connection 1 closed');
    await assert.rejects(insertAll({ insertMany: () => Promise.reject(away), insertOne: () => Promise.reject(away) }, things('a', 'b')), away);
  });
});
