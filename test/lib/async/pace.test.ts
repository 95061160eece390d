import assert from 'node:assert/strict';
import { Pace } from '../../../app/lib/async/pace';
import { TimeoutError, within } from '../../../app/lib/async/within';

describe('lib/async/pace and lib/async/within', () => {
  it('keeps calls apart', async () => {
    const pace = new Pace(100);
    const began = Date.now();
    await Promise.all(Array.from({ length: 21 }, () => pace.turn()));
    assert.ok(Date.now() - began >= 190);
    await new Promise(resolve => setTimeout(resolve, 30));
    let waited = true;
    void pace.turn().then(() => { waited = false; });
    await new Promise(resolve => setImmediate(resolve));
    assert.equal(waited, false, 'after a pause nobody waits');
  });

  it('waits for work, but not for ever', async () => {
    assert.equal(await within(1_000, Promise.resolve(7)), 7);
    await assert.rejects(within(1_000, Promise.reject(new RangeError('own'))), RangeError);
    await assert.rejects(within(10, new Promise(() => undefined)), TimeoutError);
  });
});
