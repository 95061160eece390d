import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, readdirSync, readlinkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Spool } from '../../../app/lib/spool/spool';
import type { SpoolEntry } from '../../../app/lib/spool/segment';
import { HUNG } from '../../../app/lib/process/name';
import { Scratch } from '../../support/environment';
import { until } from '../../support/until';

describe('Spool', () => {
  let scratch: Scratch;
  let dir: string;
  beforeEach(() => {
    scratch = new Scratch();
    dir = scratch.path('spool');
  });
  afterEach(() => scratch.remove());

  const entry = (order: number) => ({ order, text: `entry ${order}` }) as SpoolEntry;
  /** Everything that is replayed, in order. */
  async function replayed(spool: Spool): Promise<number[]> {
    const orders: number[] = [];
    await spool.replay(async entries => {
      orders.push(...entries.map(({ order }) => order));
      return [];
    });
    return orders;
  }

  it('replays the entries of several processes in one order, and then is empty', async () => {
    const [first, second] = [new Spool(dir), new Spool(dir)];
    await Promise.all([1, 4, 5].map(order => first.append(entry(order))));
    await Promise.all([2, 3, 6].map(order => second.append(entry(order))));
    assert.equal(await first.length(), 6);
    assert.deepEqual(await replayed(first), [], 'what is still written to stays');
    await first.seal();
    await second.seal();
    assert.equal(first.waits(), true);
    assert.deepEqual(await replayed(first), [1, 2, 3, 4, 5, 6]);
    assert.equal(await first.length(), 0);
    assert.equal(first.waits(), false);
    assert.deepEqual(readdirSync(dir), []);
  });

  it('shows another worker\'s entries at once', async () => {
    const [first, second] = [new Spool(dir), new Spool(dir)];
    assert.equal(first.waits(), false);
    await second.append(entry(1));
    assert.equal(first.waits(), true);
    await second.seal();
    assert.deepEqual(await replayed(first), [1]);
    assert.equal(await first.length(), 0);
    assert.equal(first.waits(), false);
  });

  it('fails no append because of sealing meanwhile', async () => {
    const spool = new Spool(dir);
    const orders = Array.from({ length: 100 }, (_, index) => index + 1);
    let appending = true;
    const sealing = (async () => {
      while (appending) await Promise.all([spool.seal(), new Promise(resolve => setImmediate(resolve))]);
    })();
    for (const order of orders) await spool.append(entry(order));
    appending = false;
    await sealing;
    await spool.seal();
    assert.deepEqual(await replayed(spool), orders);
  });

  it('keeps everything when it cannot be stored, for the next time', async () => {
    const spool = new Spool(dir);
    for (let order = 1; order <= 450; order++) void spool.append(entry(order));
    await spool.append(entry(451));
    await spool.seal();
    let batches = 0;
    const away = async () => {
      if (++batches === 2) throw new Error('the database is away');
      return [];
    };
    await assert.rejects(spool.replay(away), /away/);
    assert.equal((await replayed(spool)).length, 451);
  });

  it('puts entries aside that can never be stored, and takes their file back as a segment', async () => {
    const spool = new Spool(dir);
    for (const order of [1, 2, 3]) await spool.append(entry(order));
    await spool.seal();
    assert.equal(await spool.replay(async entries => entries.filter(({ order }) => order !== 2)), 3);
    assert.equal(await spool.length(), 0);
    assert.deepEqual(readdirSync(dir), ['refused.jsonl']);
    renameSync(join(dir, 'refused.jsonl'), join(dir, '0-000000000000-0-0.sealed'));
    assert.deepEqual(await replayed(spool), [1, 3]);
    assert.deepEqual(readdirSync(dir), []);
  });

  it('takes over the segment of a process that was killed, without its torn last line', async () => {
    const script = `const { Spool } = require(${JSON.stringify(resolve(__dirname, '../../../app/lib/spool/spool'))});
      const spool = new Spool(${JSON.stringify(dir)});
      Promise.all([1, 2, 3].map(order => spool.append({ order }))).then(() => process.stdout.write('written'));
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    const spool = new Spool(dir);
    assert.deepEqual(await replayed(spool), [], 'it lives');
    child.kill('SIGKILL');
    await once(child, 'close');
    appendFileSync(join(dir, readdirSync(dir)[0]), '{"order":4,"te');
    assert.deepEqual(await replayed(spool), [1, 2, 3]);
  });

  it('takes over the segment of a process that was stopped, which loses nothing when it continues', async () => {
    const script = `const { Spool } = require(${JSON.stringify(resolve(__dirname, '../../../app/lib/spool/spool'))});
      const spool = new Spool(${JSON.stringify(dir)});
      process.on('message', order => spool.append({ order }).then(() => process.send(order)));
      process.send(0);`;
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    try {
      await once(child, 'message');
      const append = async (order: number) => {
        child.send(order);
        await once(child, 'message');
      };
      await append(1);
      await append(2);
      child.kill('SIGSTOP');
      const spool = new Spool(dir);
      assert.deepEqual(await replayed(spool), [], 'it may only be slow');
      assert.deepEqual(await until(() => replayed(spool), orders => orders.length > 0, HUNG / 1000 + 5), [1, 2]);
      const [acknowledged] = [once(child, 'message'), child.send(3)];
      child.kill('SIGCONT');
      await acknowledged;
      await append(4);
      assert.deepEqual(await replayed(spool), [], 'it writes to a segment of its own again');
      assert.equal(await spool.length(), 2);
    } finally {
      child.kill('SIGKILL');
    }
    await once(child, 'close');
    assert.deepEqual(await replayed(new Spool(dir)), [3, 4]);
  }).timeout(40_000);

  it('acknowledges nothing in a segment that others have taken, and seals none that is gone', async () => {
    const spool = new Spool(dir);
    await spool.append(entry(1));
    rmSync(join(dir, readdirSync(dir)[0]));
    await spool.append(entry(2));
    await spool.seal();
    assert.deepEqual(await replayed(spool), [2]);
    await spool.append(entry(3));
    rmSync(join(dir, readdirSync(dir)[0]));
    await spool.seal();
    assert.equal(spool.waits(), false);
  });

  it('keeps no file open when a replay is broken off, and one of each writer while it goes on', async () => {
    const writers = [new Spool(dir), new Spool(dir)];
    for (let order = 1; order <= 400; order += 2) {
      for (const [index, writer] of writers.entries()) {
        await writer.append(entry(order + index));
        if (order % 100 === 1) await writer.seal();
      }
    }
    for (const writer of writers) await writer.seal();
    const open = () => readdirSync('/proc/self/fd').filter(fd => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`).startsWith(dir);
      } catch {
        return false;
      }
    }).length;
    assert.ok(readdirSync(dir).length > 4);
    await assert.rejects(writers[0].replay(async () => {
      assert.ok(open() <= writers.length, `${open()} files are open`);
      throw new Error('the database is away');
    }), /away/);
    await until(open, count => count === 0);
    assert.deepEqual(await replayed(writers[0]), Array.from({ length: 400 }, (_, index) => index + 1));
    await until(open, count => count === 0);
  });

  it('does not take an earlier process for a live one with the same id', async () => {
    const spool = new Spool(dir);
    await spool.append(entry(1));
    await spool.seal();
    const [name] = readdirSync(dir);
    // As in a container, where the worker of the next start has the id of the dead one.
    renameSync(join(dir, name), join(dir, name.replace(/^(\d+)-[0-9a-f]{12}(.*)sealed$/, '$1-000000000000$2open')));
    const next = new Spool(dir);
    assert.equal(await next.length(), 1);
    assert.deepEqual(await replayed(next), [1]);
  });

  it('acknowledges nothing that the disk has taken only in part', async () => {
    // A file may have 2 blocks of 1,024 bytes: a write beyond is cut off, and only the next one is an error.
    const script = `const { Spool } = require(${JSON.stringify(resolve(__dirname, '../../../app/lib/spool/spool'))});
      const spool = new Spool(${JSON.stringify(dir)});
      const append = order => spool.append({ order, text: 'x'.repeat(300) }).then(() => order, () => undefined);
      (async () => {
        const orders = [];
        for (let order = 1; order <= 20; order++) orders.push(await append(order));
        console.log(JSON.stringify(orders.filter(order => order)));
      })();`;
    const child = spawn('bash', ['-c', 'ulimit -f 2; exec "$0" -e "$1"', process.execPath, script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [output] = await once(child.stdout, 'data') as [Buffer];
    const acknowledged = JSON.parse(output.toString()) as number[];
    await once(child, 'close');
    assert.ok(acknowledged.length > 2 && acknowledged.length < 20);
    assert.deepEqual(await replayed(new Spool(dir)), acknowledged);
  });

  it('returns every text unchanged', async () => {
    const spool = new Spool(dir);
    const texts = ['\u2028', '\u2029', '\u0085', '\r', '\n', '\r\n', '\0', '\ud800', '你好😀', '"\\', 'x'.repeat(70_000), ''];
    await Promise.all(texts.map((text, order) => spool.append({ order, text } as SpoolEntry)));
    await spool.seal();
    const found: unknown[] = [];
    await spool.replay(async entries => {
      found.push(...entries);
      return [];
    });
    assert.deepEqual(found, texts.map((text, order) => ({ order, text })));
  });

  it('fails when the directory cannot be written, and works again when it can', async () => {
    writeFileSync(dir, 'in the way');
    const spool = new Spool(dir);
    await assert.rejects(spool.append(entry(1)));
    renameSync(dir, `${dir}.away`);
    mkdirSync(dir);
    await spool.append(entry(2));
    await spool.seal();
    assert.deepEqual(await replayed(spool), [2]);
  });
});
