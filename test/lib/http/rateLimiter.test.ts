import assert from 'node:assert/strict';
import { useApp } from '../../support/app';
import { wholeMinute } from '../../support/minute';
import { until } from '../../support/until';
import { RateLimiter, type RateStore } from '../../../app/lib/http/rateLimiter';

describe('lib/http/rateLimiter', () => {
  const hub = useApp();
  const limiters: RateLimiter[] = [];
  const store = () => hub().app.model.RateLimit.collection as unknown as RateStore;
  const limiter = (perMinute: number, target: () => RateStore = store) => {
    const made = new RateLimiter({ name: 'test', perMinute, store: target });
    limiters.push(made);
    return made;
  };
  /** How many of so many calls pass. */
  const passes = (made: RateLimiter, key: string, count: number) => Array.from({ length: count }, () => made.consume(key)).filter(seconds => seconds === 0).length;
  beforeEach(function() {
    this.timeout(40_000);
    return wholeMinute(15);
  });
  afterEach(() => limiters.splice(0).forEach(made => made.stop()));

  it('is exact within a process, for each key', () => {
    const made = limiter(5);
    assert.deepEqual([passes(made, 'a', 8), passes(made, 'b', 3)], [5, 3]);
    const seconds = made.consume('a');
    assert.ok(Number.isInteger(seconds) && seconds >= 1 && seconds <= 60);
    assert.equal(passes(limiter(0), 'a', 1000), 1000);
  });

  it('holds over all processes once they have exchanged counts', async () => {
    const [first, second] = [limiter(10), limiter(10)];
    assert.deepEqual([passes(first, 'a', 6), passes(second, 'a', 4)], [6, 4]);
    await until(() => hub().app.model.RateLimit.findOne({ _id: /^test:a:\d+$/ }).lean(), row => row?.points === 10);
    await until(() => second.consume('a'), seconds => seconds > 0, 3);
    // A process whose count is behind learns the others' at its next exchange.
    await until(() => first.consume('a'), seconds => seconds > 0, 3);
    assert.deepEqual([passes(first, 'b', 1), passes(second, 'b', 1)], [1, 1]);
  });

  it('exchanges counts in groups, without keys far below the limit', async () => {
    const made = limiter(100);
    for (let i = 0; i < 50; i++) passes(made, `often-${i}`, 10);
    for (let i = 0; i < 50; i++) passes(made, `seldom-${i}`, 2);
    const rows = await until(() => hub().app.model.RateLimit.find({}).lean(), found => found.length > 0);
    assert.deepEqual([rows.length, rows.every(({ _id, points }) => _id.startsWith('test:often-') && points === 10)], [50, true]);
    assert.ok(rows.every(({ expiresAt }) => expiresAt.getTime() > Date.now()));
  });

  it('counts in memory while the database is away, and exchanges all counts later', async () => {
    let away = true;
    const made = limiter(10, () => {
      if (away) throw new Error('away');
      return store();
    });
    assert.equal(passes(made, 'a', 7), 7);
    let tries = 0;
    await until(() => ++tries, count => count > 8);
    assert.deepEqual([passes(made, 'a', 7), passes(made, 'a', 7)], [3, 0]);
    assert.equal(await hub().app.model.RateLimit.countDocuments({}), 0);
    away = false;
    await until(() => hub().app.model.RateLimit.findOne({}).lean(), row => row?.points === 10);
  });
});
