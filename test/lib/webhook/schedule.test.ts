import assert from 'node:assert/strict';
import { webhookRetryAt } from '../../../app/lib/webhook/schedule';

const DAY = 86_400_000;

describe('the retries of events', () => {
  it('begin after a second, never shorten, span about three days, and end', () => {
    const waits: number[] = [];
    for (let attempts = 1; ; attempts++) {
      const at = webhookRetryAt(attempts, 0);
      if (!at) break;
      waits.push(at.getTime());
    }
    assert.ok(waits[0] >= 800 && waits[0] <= 1_200);
    const total = waits.reduce((sum, wait) => sum + wait, 0);
    assert.ok(total > 2.4 * DAY && total < 3.6 * DAY, `${total / DAY} days`);
    assert.equal(waits.length, 18);
  });

  it('do not come back together', () => {
    const times = new Set(Array.from({ length: 50 }, () => webhookRetryAt(10, 0)?.getTime()));
    assert.ok(times.size > 40);
  });
});
