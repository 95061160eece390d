import assert from 'node:assert/strict';
import { code, MongoClient, TestServer } from './support';
import type { Collection, Client } from './support';

describe('embedded: statistics', () => {
  const server = new TestServer();
  before(() => server.start());
  after(() => server.stop());

  const admin = () => server.client.db('admin');
  const documents = (count: number) => Array.from({ length: count }, (_, i) => ({ _id: i, a: i % 10, text: 'x'.repeat(50) }));
  const indexUses = async (collection: Collection) => Object.fromEntries((await collection.aggregate([{ $indexStats: {} }]).toArray()).map(({ name, accesses }) => [name, Number(accesses.ops)]));

  it('collStats, $collStats and dbStats: documents, bytes, indexes, by a scale', async () => {
    const collection = await server.filled(documents(200));
    await collection.createIndex({ a: 1 });
    const name = collection.collectionName;
    const stats = await server.db().command({ collStats: name });
    // 5 of the document itself, 9 and 7 of the numbers, 61 of the text.
    assert.deepEqual([stats.ns, stats.count, stats.size, stats.avgObjSize, stats.nindexes], [collection.namespace, 200, 200 * 82, 82, 2]);
    assert.deepEqual(Object.keys(stats.indexSizes), ['_id_', 'a_1']);
    assert.ok(stats.storageSize > 0 && stats.totalIndexSize === stats.indexSizes._id_ + stats.indexSizes.a_1 && stats.totalSize === stats.storageSize + stats.totalIndexSize);
    const [staged] = await collection.aggregate([{ $collStats: { storageStats: { scale: 10 }, count: {}, latencyStats: {} } }]).toArray();
    assert.deepEqual([staged.ns, staged.count, staged.storageStats.size, staged.storageStats.scaleFactor], [collection.namespace, 200, 20 * 82, 10]);
    assert.ok(Number(staged.latencyStats.writes.ops) > 0);
    const database = await server.db().command({ dbStats: 1, scale: 2 });
    assert.ok(database.objects >= 200 && database.dataSize >= 100 * 82 && database.indexes >= 2 && database.collections >= 1 && database.indexSize > 0);
  });

  it('collStats of a missing collection', async () => {
    const collection = server.fresh();
    const { ns, count, nindexes } = await server.db().command({ collStats: collection.collectionName });
    assert.deepEqual([ns, count, nindexes], [collection.namespace, 0, 0]);
    await assert.rejects(collection.aggregate([{ $collStats: { storageStats: {} } }]).toArray(), code(26));
    assert.deepEqual(await collection.aggregate([{ $indexStats: {} }]).toArray(), []);
    await assert.rejects(server.db().command({ collStats: collection.collectionName, scale: 0 }));
  });

  it('allows stages that make documents only first, and outside transactions', async () => {
    const collection = await server.filled(documents(1));
    for (const stage of [{ $collStats: { count: {} } }, { $indexStats: {} }, { $currentOp: {} }]) {
      await assert.rejects(collection.aggregate([{ $match: {} }, stage]).toArray(), code(40602));
    }
    await assert.rejects(collection.aggregate([{ $currentOp: {} }]).toArray(), code(73));
    await assert.rejects(admin().aggregate([{ $currentOp: { nonsense: 1 } }]).toArray(), code(9));
    await assert.rejects(server.db().aggregate([{ $match: {} }]).toArray(), code(73));
    await server.client.withSession(async session => {
      session.startTransaction();
      await assert.rejects(collection.aggregate([{ $collStats: { count: {} } }], { session }).toArray(), code(263));
    });
  });

  it('$indexStats counts the queries that an index answered', async () => {
    const collection = await server.filled(documents(20));
    await collection.createIndex({ a: 1 });
    assert.equal((await indexUses(collection)).a_1, 0);
    await collection.findOne({ a: 1 });
    await collection.updateOne({ a: 1 }, { $set: { b: 1 } });
    await collection.findOne({ text: 'none' });
    assert.equal((await indexUses(collection)).a_1, 2);
    const [first] = await collection.aggregate([{ $indexStats: {} }, { $match: { name: 'a_1' } }]).toArray();
    assert.deepEqual([first.key, first.spec.key, first.spec.name], [{ a: 1 }, { a: 1 }, 'a_1']);
    assert.ok(first.accesses.since instanceof Date && typeof first.host === 'string');
  });

  it('$currentOp and currentOp show waiting commands, and idle connections when asked', async () => {
    const collection = await server.filled(documents(1));
    const session = server.client.startSession();
    session.startTransaction();
    await collection.updateOne({ _id: 0 as never }, { $set: { a: 'locked' } }, { session });
    const client: Client = await MongoClient.connect(server.url, { appName: 'waiting' });
    const waiting = client.db(server.db().databaseName).collection(collection.collectionName).updateOne({ _id: 0 as never }, { $set: { a: 2 } }, { comment: 'seen' });
    const seen = async () => admin().aggregate([{ $currentOp: { allUsers: true } }, { $match: { ns: collection.namespace, 'command.comment': 'seen' } }]).toArray();
    let shown = await seen();
    while (shown.length === 0) shown = await seen();
    assert.deepEqual([shown.length, shown[0].active, shown[0].op, shown[0].appName, shown[0].command.update], [1, true, 'update', 'waiting', collection.collectionName]);
    assert.match(shown[0].client, /^127\.0\.0\.1:\d+$/);
    const { inprog } = await admin().command({ currentOp: 1, op: 'update', ns: collection.namespace });
    assert.equal(inprog.length, 1);
    await session.commitTransaction();
    await waiting;
    await session.endSession();
    assert.deepEqual(await seen(), []);
    const idle = await admin().aggregate([{ $currentOp: { allUsers: true, idleConnections: true } }, { $match: { active: false, appName: 'waiting' } }]).toArray();
    assert.ok(idle.length > 0);
    await client.close();
  });

  it('serverStatus and top count', async () => {
    const before = await admin().command({ serverStatus: 1 });
    const collection = await server.filled(documents(7));
    await collection.find().toArray();
    await collection.bulkWrite([{ updateOne: { filter: { _id: 0 as never }, update: { $set: { a: 1 } } } }, { updateOne: { filter: { _id: 1 as never }, update: { $set: { a: 1 } } } }]);
    await collection.deleteOne({ _id: 2 as never });
    const after = await admin().command({ serverStatus: 1 });
    const grown = (name: string) => after.opcounters[name] - before.opcounters[name];
    assert.deepEqual(['insert', 'query', 'update', 'delete'].map(grown), [7, 1, 2, 1]);
    assert.ok(after.network.numRequests > before.network.numRequests && after.network.bytesIn > before.network.bytesIn && after.network.bytesOut > before.network.bytesOut);
    assert.ok(after.connections.current > 0 && after.connections.available > 0 && after.mem.resident > 0 && after.uptime >= before.uptime && after.repl.isWritablePrimary === true);
    assert.equal((await admin().command({ serverStatus: 1, network: 0 })).network, undefined);
    const { totals } = await admin().command({ top: 1 });
    const used = totals[collection.namespace];
    assert.deepEqual([used.insert.count, used.queries.count, used.update.count, used.remove.count, used.total.count], [1, 1, 1, 1, 4]);
    assert.ok(used.total.time > 0 && used.writeLock.count === 3 && used.readLock.count === 1);
  });

  it('the host, the replica set of one, parameters, users, logs, profile', async () => {
    const { system, os, extra } = await admin().command({ hostInfo: 1 });
    assert.ok(system.numCores > 0 && Number(system.memSizeMB) > 0 && Number(system.memLimitMB) <= Number(system.memSizeMB));
    assert.ok(os.type && os.name && os.version && extra.kernelVersion);
    const status = await admin().command({ replSetGetStatus: 1 });
    assert.deepEqual([status.myState, status.members.length, status.members[0].stateStr, status.members[0].self], [1, 1, 'PRIMARY', true]);
    const { config } = await admin().command({ replSetGetConfig: 1 });
    assert.deepEqual([config._id, config.members[0].host], [status.set, status.members[0].name]);
    assert.ok((await admin().command({ getParameter: '*' })).featureCompatibilityVersion.version);
    assert.equal((await admin().command({ getParameter: { showDetails: true }, cursorTimeoutMillis: 1 })).cursorTimeoutMillis.value, 600_000);
    await assert.rejects(admin().command({ getParameter: 1, nonsense: 1 }), code(72));
    assert.deepEqual((await server.db().command({ usersInfo: 1 })).users, []);
    assert.ok(Array.isArray((await admin().command({ getLog: 'startupWarnings' })).log));
    await assert.rejects(admin().command({ getLog: 'nonsense' }), code(20));
    assert.equal((await server.db().command({ profile: -1 })).was, 0);
    assert.equal((await server.db().command({ profile: 0 })).ok, 1);
    assert.equal((await server.db().command({ listCommands: 1 })).commands.renameCollection.adminOnly, true);
    for (const command of [{ replSetGetStatus: 1 }, { top: 1 }, { getParameter: '*' }, { listDatabases: 1 }]) await assert.rejects(server.db().command(command), code(13));
    await assert.rejects(admin().command({ atlasVersion: 1 }), code(59));
  });

  // The questions of Compass's data service: https://github.com/mongodb-js/compass/tree/main/packages/data-service/src
  it('answers Compass when it connects, and opens a database, a collection and its indexes', async () => {
    const collection = await server.filled(documents(30));
    await collection.createIndex({ a: 1 });
    const status = await admin().command({ connectionStatus: 1, showPrivileges: true });
    assert.deepEqual(status.authInfo.authenticatedUserPrivileges, []);
    assert.equal((await admin().command({ connectionStatus: 1 })).authInfo.authenticatedUserPrivileges, undefined);
    assert.equal((await admin().command({ getCmdLineOpts: 1 })).ok, 1);
    assert.ok((await admin().command({ buildInfo: 1 })).versionArray.length === 4);
    assert.ok((await admin().command({ getParameter: 1, featureCompatibilityVersion: 1 })).featureCompatibilityVersion.version);
    const { databases } = await admin().command({ listDatabases: 1, nameOnly: true });
    assert.ok(databases.some(({ name }: { name: string }) => name === server.db().databaseName));
    const sized = (await admin().command({ listDatabases: 1 })).databases.find(({ name }: { name: string }) => name === server.db().databaseName);
    assert.ok(sized.sizeOnDisk > 0 && sized.empty === false);
    const listed = await server.db().listCollections({}, { nameOnly: true, authorizedCollections: true } as object).toArray();
    assert.ok(listed.some(({ name, type }) => name === collection.collectionName && type === 'collection'));
    const [{ _id, ...stats }] = await collection.aggregate([
      { $collStats: { storageStats: {} } },
      { $group: {
        _id: null, capped: { $first: '$storageStats.capped' }, count: { $sum: '$storageStats.count' }, size: { $sum: { $toDouble: '$storageStats.size' } },
        storageSize: { $sum: { $toDouble: '$storageStats.storageSize' } }, totalIndexSize: { $sum: { $toDouble: '$storageStats.totalIndexSize' } },
        freeStorageSize: { $sum: { $toDouble: '$storageStats.freeStorageSize' } }, unscaledCollSize: { $sum: { $multiply: [{ $toDouble: '$storageStats.avgObjSize' }, { $toDouble: '$storageStats.count' }] } },
        nindexes: { $max: '$storageStats.nindexes' },
      } },
      { $addFields: { avgObjSize: { $cond: { if: { $ne: ['$count', 0] }, then: { $divide: ['$unscaledCollSize', { $toDouble: '$count' }] }, else: 0 } } } },
    ]).toArray();
    assert.deepEqual([_id, stats.capped, stats.count, stats.size, stats.avgObjSize, stats.nindexes], [null, false, 30, 30 * 82, 82, 2]);
    const usage = await collection.aggregate([{ $indexStats: {} }, { $project: { name: 1, usageHost: '$host', usageCount: '$accesses.ops', usageSince: '$accesses.since' } }]).toArray();
    assert.deepEqual(usage.map(({ name }) => name), ['_id_', 'a_1']);
    assert.deepEqual((await collection.listIndexes().toArray()).map(({ name }) => name), ['_id_', 'a_1']);
    assert.deepEqual(await admin().aggregate([
      { $currentOp: { allUsers: true, localOps: false } },
      { $match: { ns: collection.namespace, progress: { $type: 'object' }, 'command.createIndexes': { $exists: true } } },
      { $unwind: '$command.indexes' }, { $project: { _id: 0, name: '$command.indexes.name' } },
    ]).toArray(), []);
    assert.equal((await collection.aggregate([{ $match: {} }, { $sample: { size: 1000 } }], { allowDiskUse: true, maxTimeMS: 60_000 }).toArray()).length, 30);
    assert.equal((await collection.find({}, { sort: { _id: -1 }, skip: 0, limit: 20, maxTimeMS: 60_000, promoteValues: false, bsonRegExp: true }).toArray()).length, 20);
    assert.equal(await collection.estimatedDocumentCount(), 30);
  });
});
