import assert from 'node:assert/strict';
import { Burst } from '../../../app/lib/log/burst';

describe('lib/log/burst', () => {
  it('lets so many a second through, and reports how many more there were', () => {
    let now = 0;
    const told: number[] = [];
    const burst = new Burst(3, held => told.push(held), () => now);
    const count = (tries: number) => Array.from({ length: tries }, () => burst.allows()).filter(Boolean).length;
    assert.equal(count(10), 3);
    now = 999;
    assert.equal(count(2), 0);
    burst.flush();
    assert.deepEqual(told, [9]);
    now = 1_000;
    assert.equal(count(2), 2);
    burst.flush();
    assert.deepEqual(told, [9]);
  });
});
