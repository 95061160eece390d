import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { assertDirectoryFree, EmbeddedStartError, startEmbedded } from '..';
import { MongoClient, temporaryDirectory } from './support';

/** Starts a process with the database of a directory; returns its first line. */
async function spawnOwner(dir: string): Promise<{ child: ChildProcess; line: string }> {
  const child = spawn(process.execPath, [join(__dirname, 'owner-child.js'), dir], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [data] = await once(child.stdout, 'data') as [Buffer];
  return { child, line: data.toString().trim() };
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

describe('embedded: processes and files', function() {
  this.timeout(120_000);
  const dirs: string[] = [];
  const directory = () => {
    const dir = temporaryDirectory();
    dirs.push(dir);
    return dir;
  };
  after(() => dirs.forEach(dir => rmSync(dir, { recursive: true, force: true })));

  it('kill -9 in the middle of 10,000 acknowledged inserts loses none', async () => {
    const dir = directory();
    const { child, line } = await spawnOwner(dir);
    const client = await MongoClient.connect(`mongodb://127.0.0.1:${line.slice(5)}/?serverSelectionTimeoutMS=500`, { retryWrites: false, writeConcern: { w: 'majority', journal: true } });
    const collection = client.db('t').collection<{ _id: number; a: number }>('c');
    await collection.createIndex({ a: 1 }, { unique: true });
    const acknowledged: number[] = [];
    let next = 0;
    let killed: Promise<void> | undefined;
    const insert = async () => {
      while (next < 10_000 && !killed) {
        const _id = next++;
        try {
          await collection.insertOne({ _id, a: -_id });
        } catch {
          return;
        }
        acknowledged.push(_id);
        if (acknowledged.length === 5000) killed = kill(child);
      }
    };
    await Promise.all(Array.from({ length: 20 }, insert));
    await killed;
    await client.close();
    assert.ok(acknowledged.length >= 5000);
    const database = await startEmbedded({ dir, port: 0 });
    const again = await MongoClient.connect(database.url());
    const after = again.db('t').collection<{ _id: number; a: number }>('c');
    const found = new Set((await after.find().toArray()).map(({ _id }) => _id));
    assert.equal(await after.estimatedDocumentCount(), found.size);
    assert.deepEqual(acknowledged.filter(_id => !found.has(_id)), []);
    const byIndex = await after.find({ a: { $lte: 0 } }).hint('a_1').toArray();
    assert.deepEqual(new Set(byIndex.map(({ _id }) => _id)), found);
    await again.close();
    await database.close();
  });

  it('a second process is refused; after kill -9 of the owner the directory opens', async () => {
    const dir = directory();
    const { child, line } = await spawnOwner(dir);
    assert.match(line, /^port \d+$/);
    await assert.rejects(assertDirectoryFree(dir), (error: Error) => error instanceof EmbeddedStartError && error.message.includes(dir) && error.message.includes(String(child.pid)));
    await assert.rejects(startEmbedded({ dir, port: 0 }), EmbeddedStartError);
    const second = await spawnOwner(dir);
    assert.match(second.line, /^failed .*in use by process/);
    await kill(child);
    await assertDirectoryFree(dir);
    const database = await startEmbedded({ dir, port: 0 });
    await assert.rejects(startEmbedded({ dir, port: 0 }), EmbeddedStartError);
    await database.close();
    await (await startEmbedded({ dir, port: 0 })).close();
  });

  it('names a port that is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const dir = directory();
    await assert.rejects(startEmbedded({ dir, port }), (error: Error) => error instanceof EmbeddedStartError && error.message.includes(String(port)));
    other.close();
    await (await startEmbedded({ dir, port: 0 })).close();
  });

  it('names a directory that cannot be written', async () => {
    const file = join(directory(), 'file');
    writeFileSync(file, '');
    await assert.rejects(assertDirectoryFree(join(file, 'db')), (error: Error) => error instanceof EmbeddedStartError && error.message.includes(file));
    if (process.getuid?.() !== 0) {
      const dir = directory();
      chmodSync(dir, 0o500);
      await assert.rejects(startEmbedded({ dir, port: 0 }), EmbeddedStartError);
      chmodSync(dir, 0o700);
    }
  });

  it('keeps everything over a restart: documents, indexes, and that collections were dropped', async () => {
    const dir = directory();
    let database = await startEmbedded({ dir, port: 0 });
    let client = await MongoClient.connect(database.url());
    await client.db().collection('a').insertMany(Array.from({ length: 500 }, (_, i) => ({ i, tags: [i, -i] })));
    await client.db().collection('a').createIndex({ tags: 1 });
    await client.db().collection('gone').insertOne({});
    await client.db().collection('gone').drop();
    await client.close();
    await database.close();
    database = await startEmbedded({ dir, port: 0 });
    client = await MongoClient.connect(database.url());
    assert.deepEqual((await client.db().listCollections().toArray()).map(({ name }) => name), ['a']);
    assert.deepEqual((await client.db().collection('a').indexes()).map(({ name }) => name), ['_id_', 'tags_1']);
    assert.equal(await client.db().collection('a').countDocuments({ tags: -7 }), 1);
    await client.db().collection('gone').insertOne({ new: true });
    assert.equal(await client.db().collection('gone').countDocuments(), 1);
    await client.close();
    await database.close();
  });

  it('an equality on an index examines as many documents among 200,000 as among 2,000', async () => {
    const database = await startEmbedded({ dir: directory(), port: 0 });
    const client = await MongoClient.connect(database.url());
    for (const size of [2000, 200_000]) {
      const collection = client.db().collection<{ _id: number; key: string }>(`c${size}`);
      await collection.createIndex({ key: 1 }, { unique: true });
      for (let from = 0; from < size; from += 20_000) {
        await collection.insertMany(Array.from({ length: Math.min(20_000, size) }, (_, i) => ({ _id: from + i, key: `key-${from + i}` })));
      }
      for (const filter of [{ key: `key-${size - 5}` }, { _id: size - 5 }]) {
        const { executionStats } = await collection.find(filter).explain('executionStats');
        assert.equal(executionStats.totalDocsExamined, 1);
        const started = performance.now();
        for (let i = 0; i < 300; i++) assert.ok(await collection.findOne('key' in filter ? { key: `key-${i * 5}` } : { _id: i * 5 }));
        console.log(`      ${size} documents, by ${Object.keys(filter)}: ${((performance.now() - started) / 300).toFixed(3)} ms`);
      }
    }
    await client.close();
    await database.close();
  });
});
