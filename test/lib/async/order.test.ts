import assert from 'node:assert/strict';
import { nextOrder } from '../../../app/lib/async/order';

describe('lib/async/order', () => {
  const clock = Date.now;
  afterEach(() => { Date.now = clock; });

  it('follows the clock and grows with every call, also when the clock stands still or is set back', () => {
    let last = nextOrder();
    assert.ok(Math.abs(last / 1000 - Date.now()) < 60_000);
    const now = clock();
    for (const time of [now, now, now - 3_600_000, now + 5]) {
      Date.now = () => time;
      for (let call = 0; call < 1_500; call++) {
        const next = nextOrder();
        assert.ok(Number.isSafeInteger(next) && next > last);
        last = next;
      }
    }
  });
});
