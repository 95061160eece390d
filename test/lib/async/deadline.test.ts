import assert from 'node:assert/strict';
import { Deadline } from '../../../app/lib/async/deadline';
import { sleep } from '../../../app/lib/async/sleep';

describe('a deadline', () => {
  const { now } = Date;
  afterEach(() => { Date.now = now; });

  it('passes', async () => {
    const deadline = new Deadline(20);
    assert.ok(deadline.left > 0);
    await sleep(30);
    assert.ok(deadline.left < 0);
  });

  it('has passed when the clock advanced while the process stood still, and stays passed when it is set back', () => {
    const deadline = new Deadline(10_000);
    Date.now = () => now() + 60_000;
    assert.ok(deadline.left < 0);
    Date.now = () => now() - 60_000;
    assert.ok(deadline.left > 9_000 && deadline.left <= 10_000);
  });
});
