import assert from 'node:assert/strict';
import { Recent } from '../../../app/lib/async/recent';
import { sleep } from '../../../app/lib/async/sleep';

describe('lib/async/recent', () => {
  /** Reads that return a number, one more each time. */
  const counter = () => {
    let reads = 0;
    return async () => ++reads;
  };

  it('reads again once the value is too old', async () => {
    const recent = new Recent<number>({ age: 50, size: 10 });
    const read = counter();
    assert.deepEqual([await recent.get('a', read), await recent.get('a', read), await recent.get('b', read)], [1, 1, 2]);
    await sleep(60);
    assert.equal(await recent.get('a', read), 3);
  });

  it('counts the age from the beginning of the read', async () => {
    const recent = new Recent<number>({ age: 50, size: 10 });
    const read = counter();
    const slow = () => sleep(60).then(read);
    assert.deepEqual([await recent.get('a', slow), await recent.get('a', slow)], [1, 2]);
  });

  it('keeps neither absent values nor failures', async () => {
    const recent = new Recent<number>({ age: 60_000, size: 10 });
    assert.equal(await recent.get('a', async () => null), null);
    await assert.rejects(recent.get('a', () => Promise.reject(new Error('away'))), /away/);
    assert.equal(await recent.get('a', async () => 7), 7);
  });

  it('forgets one or all, and does not keep a read that was under way', async () => {
    const recent = new Recent<number>({ age: 60_000, size: 10 });
    const read = counter();
    await recent.get('a', read);
    await recent.get('b', read);
    recent.forget('a');
    assert.deepEqual([await recent.get('a', read), await recent.get('b', read)], [3, 2]);
    const reading = recent.get('c', () => sleep(20).then(read));
    recent.forget();
    assert.equal(await reading, 4);
    assert.deepEqual([await recent.get('c', read), await recent.get('b', read)], [5, 6]);
  });

  it('replaces a kept value, and only that', async () => {
    const recent = new Recent<number>({ age: 60_000, size: 10 });
    await recent.get('a', async () => 1);
    recent.replace('a', 10);
    recent.replace('b', 20);
    assert.deepEqual([await recent.get('a', async () => 2), await recent.get('b', async () => 2)], [10, 2]);
  });

  it('keeps no more than it may: the oldest is dropped', async () => {
    const recent = new Recent<number>({ age: 60_000, size: 3 });
    const read = counter();
    for (const key of ['a', 'b', 'c', 'd']) await recent.get(key, read);
    assert.deepEqual([await recent.get('b', read), await recent.get('d', read), await recent.get('a', read)], [2, 4, 5]);
  });
});
