import assert from 'node:assert/strict';
import { MinuteQuota, type QuotaStore } from '../../../app/lib/mongo/minuteQuota';
import type { AppError } from '../../../app/lib/errors';
import { useApp } from '../../support/app';
import { wholeMinute } from '../../support/minute';

describe('lib/mongo/minuteQuota', () => {
  const hub = useApp();
  const quota = (perMinute = 100, block = 30) => new MinuteQuota({ name: 'test', perMinute, block, store: () => hub().app.model.RateLimit.collection as unknown as QuotaStore });
  beforeEach(() => wholeMinute(10));

  it('gives to all processes together no more than a minute\'s quota, and all of it', async () => {
    const processes = [quota(), quota(), quota(), quota()];
    const answers = await Promise.all(Array.from({ length: 400 }, (_none, index) => processes[index % 4].take('wx1')));
    assert.equal(answers.filter(seconds => seconds === 0).length, 100);
    for (const seconds of answers) assert.ok(seconds >= 0 && seconds <= 60);
    assert.equal(await quota().take('wx2'), 0, 'another key');
  });

  it('writes once for a block', async () => {
    const one = quota(1_000, 50);
    for (let i = 0; i < 100; i++) await one.take('wx1');
    const [row] = await hub().app.model.RateLimit.find({}).lean();
    assert.deepEqual([row.points, /^test:wx1:\d+$/.test(row._id), row.expiresAt > new Date()], [100, true, true]);
  });

  it('gives several at once or none of them', async () => {
    const one = quota(100, 10);
    assert.equal(await one.take('wx1', 95), 0);
    assert.ok(await one.take('wx1', 6) > 0);
    assert.equal(await one.take('wx1', 5), 0);
    assert.ok(await one.take('wx1') > 0);
    assert.ok(await quota(100, 10).take('wx1') > 0, 'another process has nothing left either');
    assert.ok(await quota(100, 10).take('wx3', 101) > 0, 'more than there is');
  });

  it('says how long to wait', async () => {
    const one = quota(1);
    await one.require('wx1');
    await assert.rejects(one.require('wx1'), (error: AppError) => error.code === 'RATE_LIMITED' && /1 checks a minute: try again in \d+ s/.test(error.message));
  });
});
