import assert from 'node:assert/strict';
import fc from 'fast-check';
import { timePage, type TimeStore } from '../../../app/lib/mongo/timePage';
import { useApp } from '../../support/app';

describe('timePage', () => {
  const hub = useApp();

  it('returns each document once, the latest first, however many have the same time', async () => {
    const { Job } = hub().app.model;
    const store = Job.collection as unknown as TimeStore<{ _id: string; createdAt: Date }>;
    await fc.assert(fc.asyncProperty(fc.array(fc.record({ at: fc.integer({ min: 0, max: 3 }), kind: fc.constantFrom('a', 'b') }), { maxLength: 30 }), fc.integer({ min: 1, max: 7 }), async (wanted, limit) => {
      await Job.deleteMany({});
      if (wanted.length > 0) await Job.collection.insertMany(wanted.map(({ at, kind }, index) => ({ _id: `j${index}`, kind, createdAt: new Date(1e12 + at) })) as never[]);
      const seen: Array<{ _id: string; createdAt: Date }> = [];
      for (let cursor: string | undefined; ;) {
        const { items, next } = await timePage(store, { filters: [{ kind: 'a' }, { kind: 'b' }], field: 'createdAt', limit, cursor });
        assert.ok(items.length <= limit);
        seen.push(...items);
        if (next === null) break;
        cursor = next;
      }
      assert.deepEqual(seen.map(({ _id }) => _id).sort(), wanted.map((_each, index) => `j${index}`).sort());
      assert.ok(seen.every(({ createdAt }, index) => index === 0 || createdAt <= seen[index - 1].createdAt));
    }), { numRuns: 25 });
  });
});
