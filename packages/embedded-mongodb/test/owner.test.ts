import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assertDirectoryFree, EmbeddedStartError, startEmbedded } from '..';
import { formerOwner } from '../storage/owner';
import { LmdbStore } from '../storage/store';
import { MongoClient, temporaryDirectory } from './support';

interface Child { process: ChildProcess; url: string; lines: string[] }

async function owner(dir: string): Promise<Child> {
  const child = spawn(process.execPath, [join(__dirname, 'owner-child.js'), dir], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  child.stdout.on('data', (data: Buffer) => lines.push(...data.toString().trim().split('\n')));
  await once(child.stdout, 'data');
  return { process: child, url: `mongodb://127.0.0.1:${lines[0].slice(5)}`, lines };
}

async function end({ process: child }: Child): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

describe('embedded: the owner of a directory', function() {
  this.timeout(60_000);
  const dirs: string[] = [];
  const children: Child[] = [];
  const directory = () => {
    const dir = temporaryDirectory();
    dirs.push(dir);
    return dir;
  };
  const start = async (dir: string) => {
    const child = await owner(dir);
    children.push(child);
    return child;
  };
  const signOf = (dir: string) => join(dir, 'owner');
  /** The owner's file of a process in another container, whose ids mean nothing here. */
  const moveAway = (dir: string) => {
    const sign = JSON.parse(readFileSync(signOf(dir), 'utf8')) as { place: string };
    writeFileSync(signOf(dir), JSON.stringify({ ...sign, place: 'elsewhere' }));
  };
  after(async () => {
    for (const child of children) await end(child);
    for (const dir of dirs) rmSync(dir, { recursive: true, force: true });
  });

  it('of another container is refused while it gives signs of life', async () => {
    const dir = directory();
    const child = await start(dir);
    moveAway(dir);
    await assert.rejects(startEmbedded({ dir, port: 0 }), (error: Error) => error instanceof EmbeddedStartError && /in use by process/.test(error.message));
    await assert.rejects(assertDirectoryFree(dir), EmbeddedStartError);
    const client = await MongoClient.connect(child.url);
    await client.db().collection('c').insertOne({});
    await client.close();
  });

  it('writes nothing over its successor after being stopped, and reports the loss', async () => {
    const dir = directory();
    const child = await start(dir);
    const client = await MongoClient.connect(child.url, { retryWrites: false, serverSelectionTimeoutMS: 500 });
    await client.db('t').collection<{ _id: number }>('c').insertOne({ _id: 1 });
    child.process.kill('SIGSTOP');
    const late = Promise.allSettled(Array.from({ length: 20 }, (_, i) => client.db('t').collection<{ _id: number }>('c').insertOne({ _id: 100 + i })));
    const database = await startEmbedded({ dir, port: 0 });
    const next = await MongoClient.connect(database.url());
    const collection = next.db('t').collection<{ _id: number }>('c');
    await collection.insertMany(Array.from({ length: 5000 }, (_, i) => ({ _id: 1000 + i })));
    child.process.kill('SIGCONT');
    assert.deepEqual([...new Set((await late).map(({ status }) => status))], ['rejected']);
    while (!child.lines.some(line => line.startsWith('lost'))) await once(child.process.stdout as NonNullable<ChildProcess['stdout']>, 'data');
    await collection.insertOne({ _id: 2 });
    assert.equal(await collection.countDocuments({ _id: { $gte: 0 } }), 5002);
    assert.equal(await collection.countDocuments({ _id: { $gte: 100, $lt: 200 } }), 0);
    await assert.rejects(client.db('t').collection('c').findOne());
    await client.close();
    await next.close();
    // The one that lost it removes nothing of its successor's.
    await assert.rejects(assertDirectoryFree(dir), EmbeddedStartError);
    await end(child);
    assert.equal(existsSync(signOf(dir)), true);
    await database.close();
  });

  it('continues after a long stop during which no other process came', async () => {
    const dir = directory();
    const child = await start(dir);
    const client = await MongoClient.connect(child.url);
    child.process.kill('SIGSTOP');
    // The traces of a start that was ended after it had looked for 6 s.
    rmSync(signOf(dir));
    child.process.kill('SIGCONT');
    await client.db().collection('c').insertOne({});
    while (!existsSync(signOf(dir))) await new Promise(resolve => setTimeout(resolve, 50));
    await assert.rejects(assertDirectoryFree(dir), EmbeddedStartError);
    await client.close();
  });

  it('is followed at once after its process was killed, before its parent has waited for it', async () => {
    const dir = directory();
    // The shell starts it, kills it and lives on without waiting for it.
    const script = '"$0" "$1" "$2" & echo $!; read line; kill -9 $!; exec sleep 60';
    const shell = spawn('bash', ['-c', script, process.execPath, join(__dirname, 'owner-child.js'), dir], { stdio: ['pipe', 'pipe', 'inherit'] });
    const told: string[] = [];
    shell.stdout.on('data', (data: Buffer) => told.push(data.toString()));
    while (!told.join('').includes('port')) await once(shell.stdout, 'data');
    const sign = readFileSync(signOf(dir), 'utf8');
    shell.stdin.write('\n');
    const stat = `/proc/${told[0].trim().split('\n')[0]}/stat`;
    while (process.platform === 'linux' && !/\) Z/.test(readFileSync(stat, 'utf8'))) await new Promise(resolve => setTimeout(resolve, 20));
    assert.equal((await formerOwner(dir)).state, 'ended');
    assert.equal(readFileSync(signOf(dir), 'utf8'), sign);
    const gone = once(shell, 'exit');
    shell.kill('SIGKILL');
    await gone;
  });

  it('is one of two processes that start at once', async () => {
    const dir = directory();
    const both = await Promise.all([start(dir), start(dir)]);
    assert.deepEqual(both.map(({ lines }) => lines[0].split(' ')[0]).sort(), ['failed', 'port']);
  });

  /** Of another container; the second look at it is quick. */
  const killed = async () => {
    const dir = directory();
    const child = await start(dir);
    moveAway(dir);
    await end(child);
    await assertDirectoryFree(dir);
    assert.equal(existsSync(signOf(dir)), false);
    await (await startEmbedded({ dir, port: 0 })).close();
    assert.equal(existsSync(signOf(dir)), false);
  };

  /** It is named, and waited for at most for seconds. */
  const stoppedWithinWrite = async () => {
    const dir = directory();
    await (await startEmbedded({ dir, port: 0 })).close();
    const script = `const { LmdbStore } = require(${JSON.stringify(join(__dirname, '../storage/store.js'))});
      const store = new LmdbStore(${JSON.stringify(dir)});
      store.transact(() => { console.log('port 1'); process.kill(process.pid, 'SIGSTOP'); });`;
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    writeFileSync(signOf(dir), JSON.stringify({ id: 'x', pid: child.pid, place: 'elsewhere' }));
    await assert.rejects(startEmbedded({ dir, port: 0 }), (error: Error) => error instanceof EmbeddedStartError && /stopped in the middle of a write/.test(error.message));
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    rmSync(signOf(dir));
    await (await startEmbedded({ dir, port: 0 })).close();
  };

  /** With an empty owner's file. */
  const powerCut = async () => {
    const dir = directory();
    await (await startEmbedded({ dir, port: 0 })).close();
    writeFileSync(signOf(dir), '');
    utimesSync(signOf(dir), 1, 1);
    await (await startEmbedded({ dir, port: 0 })).close();
  };

  it('is followed after 6 s of silence, unless it was stopped in the middle of a write', async () => {
    await Promise.all([killed(), stoppedWithinWrite(), powerCut()]);
  });

  it('is checked in every write transaction', async () => {
    const dir = directory();
    const first = new LmdbStore(dir);
    first.transact(() => first.own('first'));
    first.transact(() => undefined);
    const child = spawn(process.execPath, ['-e', `const { LmdbStore } = require(${JSON.stringify(join(__dirname, '../storage/store.js'))});
      const store = new LmdbStore(${JSON.stringify(dir)}); store.transact(() => store.own('second')); store.close();`], { stdio: 'inherit' });
    await once(child, 'exit');
    assert.throws(() => first.transact(() => undefined), /taken over by another process/);
    await first.close();
  });
});
