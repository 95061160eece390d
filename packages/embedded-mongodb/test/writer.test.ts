import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { MongoError } from '../errors';
import { LmdbStore } from '../storage/store';
import { Writer } from '../storage/writer';
import { temporaryDirectory } from './support';

describe('embedded: writer', () => {
  const dir = temporaryDirectory();
  const store = new LmdbStore(dir);
  let breakCommit = false;
  const writer = new Writer(store, { afterCommit: () => undefined, beforeCommit: () => {
    if (!breakCommit) return;
    breakCommit = false;
    throw new Error('the disk is gone');
  } });
  after(async () => {
    await store.close();
    rmSync(dir, { recursive: true });
  });

  const put = (name: string) => writer.run(function* () {
    store.apply([[Buffer.from(name), Buffer.from('1')]]);
    return name;
  });
  const has = (name: string) => store.get(Buffer.from(name)) !== undefined;

  it('undoes work that failed half way, and does its neighbours\' all the same', async () => {
    const failing = writer.run(function* () {
      store.apply([[Buffer.from('half'), Buffer.from('1')]]);
      throw new TypeError('a bug');
    });
    const outcomes = await Promise.allSettled([put('before'), failing, put('after')]);
    assert.deepEqual(outcomes.map(({ status }) => status), ['fulfilled', 'rejected', 'fulfilled']);
    assert.deepEqual([has('before'), has('half'), has('after')], [true, false, true]);
  });

  it('undoes a failed work\'s changes in memory too, the last first, and nothing of others', async () => {
    const undone: string[] = [];
    const noting = (name: string, error?: Error) => writer.run(function* () {
      store.apply([[Buffer.from(name), Buffer.from('1')]]);
      for (const step of [1, 2]) store.onUndo(() => undone.push(`${name}${step}`));
      if (error) throw error;
    });
    await Promise.allSettled([noting('kept'), noting('lost', new TypeError('a bug')), noting('kept-too')]);
    assert.deepEqual(undone, ['lost2', 'lost1']);
    assert.deepEqual([has('kept'), has('lost'), has('kept-too')], [true, false, true]);
  });

  it('continues work of several slices when a neighbour fails', async () => {
    const long = writer.run(function* () {
      for (const name of ['l1', 'l2', 'l3']) {
        store.apply([[Buffer.from(name), Buffer.from('1')]]);
        yield undefined;
      }
      return 'whole';
    });
    const failing = Array.from({ length: 3 }, (_, i) => new Promise(resolve => setImmediate(resolve)).then(() => writer.run(function* () {
      store.apply([[Buffer.from(`f${i}`), Buffer.from('1')]]);
      throw new RangeError('a bug');
    })));
    await Promise.allSettled(failing);
    assert.equal(await long, 'whole');
    assert.deepEqual(['l1', 'l2', 'l3', 'f0', 'f1', 'f2'].map(has), [true, true, true, false, false, false]);
  });

  it('tries work that had just begun again alone when the commit itself fails', async () => {
    breakCommit = true;
    assert.deepEqual((await Promise.allSettled([put('c1'), put('c2')])).map(({ status }) => status), ['fulfilled', 'fulfilled']);
    breakCommit = true;
    await assert.rejects(put('c3'), /the disk is gone/);
    assert.deepEqual(['c1', 'c2', 'c3'].map(has), [true, true, false]);
  });

  it('an error for the client undoes nothing of others', async () => {
    const refused = writer.run(function* () {
      throw new MongoError(2, 'no');
    });
    const outcomes = await Promise.allSettled([put('x'), refused, put('y')]);
    assert.deepEqual(outcomes.map(({ status }) => status), ['fulfilled', 'rejected', 'fulfilled']);
    assert.deepEqual([has('x'), has('y')], [true, true]);
  });

  it('continues work that yields after the others', async () => {
    const order: string[] = [];
    const long = writer.run(function* () {
      order.push('begun');
      yield undefined;
      order.push('done');
    });
    const short = writer.run(function* () {
      order.push('short');
    });
    await Promise.all([long, short]);
    assert.deepEqual(order, ['begun', 'short', 'done']);
  });
});
