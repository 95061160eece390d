import assert from 'node:assert/strict';
import { MOST_TRIES, triesOf, tryOf, withTry } from '../../../app/lib/outbox/tries';

const at = (second: number) => new Date(1_700_000_000_000 + second * 1_000);
const busy = { errcode: -1, message: 'system error', rid: '61725984-6126f6f9-040f19c4', at: at(9) };

describe('tries of a row of the outbox', () => {
  it('are kept with what came of them, the last ten', () => {
    let row = {};
    for (let second = 0; second < 12; second++) row = withTry(row, tryOf(at(second), 'retry', busy));
    const { tries = [] } = withTry(row, tryOf(at(12), 'sent'));
    assert.equal(tries.length, MOST_TRIES);
    assert.deepEqual([tries[0], tries.at(-1)], [{ at: at(3), outcome: 'retry', errcode: -1, message: 'system error', rid: busy.rid }, { at: at(12), outcome: 'sent' }]);
    assert.equal(tryOf(at(0), 'failed', { message: 'x'.repeat(5_000), at: at(0) }).message?.length, 300);
  });

  it('are not written when the first one has succeeded, but told', () => {
    assert.deepEqual(withTry({}, tryOf(at(0), 'sent')), {});
    assert.deepEqual(triesOf({ state: 'sent', attempts: 1, sentAt: at(1) }), [{ at: at(1), outcome: 'sent' }]);
  });

  it('are told by the last error of a row that keeps none', () => {
    for (const [state, outcome] of [['dead', 'failed'], ['failed', 'failed'], ['unknown', 'unknown'], ['ready', 'retry']] as const) {
      assert.deepEqual(triesOf({ state, attempts: 3, lastError: busy }), [{ ...busy, outcome }].map(({ errcode, message, rid, outcome: what }) => ({ at: busy.at, outcome: what, errcode, message, rid })));
    }
    assert.deepEqual(triesOf({ state: 'ready', attempts: 0, lastError: busy }), []);
    assert.deepEqual(triesOf({ state: 'failed', attempts: 0, lastError: busy }), []);
  });
});
