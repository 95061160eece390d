import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startEmbedded } from '..';
import type { EmbeddedDatabase } from '..';
import { code, MongoClient, temporaryDirectory } from './support';
import type { Client } from './support';

describe('embedded: files', function() {
  this.timeout(60_000);
  const dir = temporaryDirectory();
  let database: EmbeddedDatabase;
  let client: Client;
  const open = async () => {
    database = await startEmbedded({ dir, port: 0 });
    client = await MongoClient.connect(database.url());
  };
  const close = async () => {
    await client.close();
    await database.close();
  };
  const size = () => statSync(join(dir, 'data.mdb')).size;
  const fill = async (count: number) => {
    const collection = client.db().collection<{ _id: number; text: string }>('c');
    await collection.insertMany(Array.from({ length: count }, (_, _id) => ({ _id, text: `${_id}${'x'.repeat(2000)}` })));
    return collection;
  };
  before(open);
  after(async () => {
    await close();
    rmSync(dir, { recursive: true });
  });

  it('compact frees the room of removed documents, beside reads and writes', async () => {
    const collection = await fill(10_000);
    await collection.createIndex({ text: 1 });
    await collection.deleteMany({ _id: { $gte: 100 } });
    const before = size();
    const cursor = collection.find().sort({ _id: 1 }).batchSize(10);
    await cursor.next();
    const writes = Array.from({ length: 50 }, (_, i) => collection.insertOne({ _id: 20_000 + i, text: `new${i}` }));
    const reads = Array.from({ length: 50 }, (_, i) => collection.findOne({ _id: i }));
    const { bytesFreed } = await client.db().command({ compact: 'c' });
    await Promise.all([...writes, ...reads]);
    assert.ok(size() < before / 10, `${before} → ${size()}`);
    assert.ok(bytesFreed > before / 2);
    assert.equal((await cursor.toArray()).length, 149);
    assert.equal(await collection.countDocuments({ text: 'new7' }, { hint: 'text_1' }), 1);
    assert.equal(await collection.estimatedDocumentCount(), 150);
    await close();
    await open();
    assert.equal(await client.db().collection('c').countDocuments({ text: { $gte: '' } }), 150);
  });

  it('waits for no transaction, and lets none begin meanwhile', async () => {
    const collection = client.db().collection<{ _id: number; text: string }>('c');
    await assert.rejects(client.db().command({ compact: 'none' }), code(26));
    const session = client.startSession();
    session.startTransaction();
    await collection.insertOne({ _id: 30_000, text: '' }, { session });
    await assert.rejects(client.db().command({ compact: 'c' }), code(117));
    await session.commitTransaction();
    const compacted = client.db().command({ compact: 'c' });
    session.startTransaction();
    await collection.insertOne({ _id: 30_001, text: '' }, { session });
    await session.commitTransaction();
    await session.endSession();
    assert.equal((await compacted).ok, 1);
    assert.equal(await collection.countDocuments({ _id: { $gte: 30_000 } }), 2);
  });

  it('the start compacts a file of which more than half is free', async () => {
    const collection = client.db().collection<{ _id: number }>('c');
    await collection.drop();
    await (await fill(10_000)).deleteMany({ _id: { $gte: 10 } });
    const before = size();
    await close();
    await open();
    assert.ok(size() < before / 10, `${before} → ${size()}`);
    assert.equal(await client.db().collection('c').countDocuments(), 10);
  });

  it('restricts files and directory to their owner, also when they were open to others', async () => {
    const modes = () => [dir, join(dir, 'data.mdb'), join(dir, 'lock.mdb'), join(dir, 'owner')].map(path => (statSync(path).mode & 0o777).toString(8));
    assert.deepEqual(modes(), ['700', '600', '600', '600']);
    await close();
    chmodSync(dir, 0o755);
    for (const file of ['data.mdb', 'lock.mdb']) chmodSync(join(dir, file), 0o664);
    mkdirSync(join(dir, 'compact'));
    writeFileSync(join(dir, 'compact/data.mdb'), 'left by a compaction that was cut short');
    await open();
    assert.deepEqual(modes(), ['700', '600', '600', '600']);
    assert.throws(() => statSync(join(dir, 'compact')));
    await client.db().command({ compact: 'c' });
    assert.deepEqual(modes(), ['700', '600', '600', '600']);
    const nested = join(dir, 'made/here');
    const other = await startEmbedded({ dir: nested, port: 0 });
    assert.equal((statSync(nested).mode & 0o777).toString(8), '700');
    await other.close();
  });

  it('a compaction waits for the end of a validation, which reads a snapshot, or is refused', async () => {
    await client.db().collection('c').deleteMany({});
    await fill(3000);
    const validate = () => client.db().command({ validate: 'c' });
    const compact = () => client.db().command({ compact: 'c' }).catch(error => assert.ok(code(117)(error)));
    for (const [first, second] of [[validate, compact], [compact, validate]]) {
      const answers = await Promise.all([first(), second()]);
      const validated = answers.find(answer => answer && 'nrecords' in answer);
      assert.deepEqual([validated?.valid, validated?.nrecords], [true, 3000]);
    }
  });
});
