import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mongoose from 'mongoose';
import { startEmbedded } from '..';

/** Documents, and how many of them are inserted at a time. */
const COUNT = 1_000_000;
const BATCH = 1000;

interface Message { _id: string; appid: string; openid: string; type: string; content: string; receivedAt: Date; state: string; n: number }

const message = (n: number): Message => ({
  _id: `wx0000000000000001:${String(n).padStart(12, '0')}`, appid: 'wx0000000000000001', openid: `o${String((n * 7919) % 100_000).padStart(27, '0')}`,
  type: 'text', content: `What somebody has written, ${n}. `.repeat(4), receivedAt: new Date(1_700_000_000_000 + n * 1000), state: n % 50 ? 'handled' : 'received', n,
});

/** MB of a process's own memory, and MB of the file that the system holds in memory for it. */
function memory(pid: number): string {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const [own, file] = ['RssAnon', 'RssFile'].map(name => Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024));
  return `${own} MB of its own, ${file} MB of the file`;
}

/** Measures the cost of a million documents with three indexes: `node bench/million.js`, on Linux. */
async function measure(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'embedded-million-'));
  const start = async () => {
    const began = performance.now();
    const child = fork(__filename, ['serve', dir], { execArgv: [] });
    const [url] = await once(child, 'message') as [string];
    return { child, url, pid: child.pid as number, ms: Math.round(performance.now() - began) };
  };
  const stop = async ({ child }: Awaited<ReturnType<typeof start>>) => {
    child.send('end');
    await once(child, 'exit');
  };
  const size = () => `${Math.round(statSync(join(dir, 'data.mdb')).size / 1048576)} MB`;
  const timed = async (name: string, action: () => Promise<unknown>) => {
    const began = performance.now();
    await action();
    console.log(`${name}: ${((performance.now() - began) / 1000).toFixed(2)} s`);
  };

  let server = await start();
  console.log(`empty: ${memory(server.pid)}`);
  let client = await mongoose.mongo.MongoClient.connect(server.url);
  let collection = client.db().collection<Message>('messages');
  await collection.createIndexes([{ key: { openid: 1, receivedAt: -1 } }, { key: { state: 1, receivedAt: 1 } }, { key: { receivedAt: 1 } }]);
  let bytes = 0;
  await timed(`${COUNT} documents in batches of ${BATCH}`, async () => {
    for (let from = 0; from < COUNT; from += BATCH) {
      const documents = Array.from({ length: BATCH }, (_, i) => message(from + i));
      if (from === 0) bytes = mongoose.mongo.BSON.calculateObjectSize(documents[0]);
      await collection.insertMany(documents, { ordered: false });
    }
  });
  console.log(`${bytes} bytes a document; file ${size()}; ${memory(server.pid)}`);
  await timed('estimatedDocumentCount', () => collection.estimatedDocumentCount());
  await timed('dbStats', () => client.db().command({ dbStats: 1 }));
  await timed('explain of a scan, queryPlanner', () => collection.find({ n: -1 }).explain('queryPlanner'));
  await timed('1,000 look-ups by _id', async () => {
    for (let i = 0; i < 1000; i++) await collection.findOne({ _id: message((i * 7919) % COUNT)._id });
  });
  await timed('1,000 last messages of a person', async () => {
    for (let i = 0; i < 1000; i++) await collection.find({ openid: message(i).openid }).sort({ receivedAt: -1 }).limit(10).toArray();
  });
  await timed('a scan of all', () => collection.countDocuments({ n: -1 }));
  console.log(`after that: ${memory(server.pid)}`);
  await client.close();
  await stop(server);
  server = await start();
  console.log(`start again: ${server.ms} ms; ${memory(server.pid)}`);
  client = await mongoose.mongo.MongoClient.connect(server.url);
  collection = client.db().collection<Message>('messages');
  await timed('removal of half', () => collection.deleteMany({ receivedAt: { $lt: message(COUNT / 2).receivedAt } }));
  console.log(`file ${size()}`);
  await timed('compact', () => client.db().command({ compact: 'messages' }));
  console.log(`file ${size()}; ${memory(server.pid)}`);
  await client.close();
  await stop(server);
  rmSync(dir, { recursive: true });
}

async function serve(dir: string): Promise<void> {
  const database = await startEmbedded({ dir, port: 0 });
  process.once('message', () => void database.close().then(() => process.exit(0)));
  process.send?.(database.url('shop'));
}

if (process.argv[2] === 'serve') void serve(process.argv[3]);
else void measure();
