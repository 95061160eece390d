import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { MongoError } from '../errors';
import { LmdbStore } from '../storage/store';
import { Writer } from '../storage/writer';
import { temporaryDirectory } from './support';

describe('embedded: writer', () => {
  const dir = temporaryDirectory();
  const store = new LmdbStore(dir);
  let aborts = 0;
  const writer = new Writer(store, { beforeCommit: () => undefined, afterCommit: () => undefined, afterAbort: () => {
    aborts++;
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

  it('undoes what failed half way, and does its neighbours all the same', async () => {
    const failing = writer.run(function* () {
      store.apply([[Buffer.from('half'), Buffer.from('1')]]);
      throw new TypeError('a bug');
    });
    const outcomes = await Promise.allSettled([put('before'), failing, put('after')]);
    assert.deepEqual(outcomes.map(({ status }) => status), ['fulfilled', 'rejected', 'fulfilled']);
    assert.deepEqual([has('before'), has('half'), has('after'), aborts], [true, false, true, 1]);
  });

  it('an error meant for the client undoes nothing of others', async () => {
    const refused = writer.run(function* () {
      throw new MongoError(2, 'no');
    });
    const outcomes = await Promise.allSettled([put('x'), refused, put('y')]);
    assert.deepEqual(outcomes.map(({ status }) => status), ['fulfilled', 'rejected', 'fulfilled']);
    assert.deepEqual([has('x'), has('y'), aborts], [true, true, 1]);
  });

  it('work that yields goes on after the others', async () => {
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
