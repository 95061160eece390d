import assert from 'node:assert/strict';
import fc from 'fast-check';
import { inOrder } from '../../../app/lib/reply/matcher';
import { reordered } from '../../../app/lib/reply/ruleOrder';

describe('reordered', () => {
  const rule = (_id: string, order: number, fixed = false) => ({ _id, order, fixed });
  const after = (rules: ReturnType<typeof rule>[], ids: string[]) => {
    const orders = reordered(rules, ids);
    return inOrder(rules.map(each => ({ ...each, order: orders.get(each._id) ?? each.order }))).map(({ _id }) => _id).join('');
  };

  it('gives the named rules one another\'s places', () => {
    assert.equal(after([rule('a', 1), rule('b', 2), rule('c', 3)], ['c', 'a']), 'cba');
    assert.equal(after([rule('a', 5), rule('b', 5), rule('c', 5)], ['c', 'b', 'a']), 'cba');
    assert.deepEqual([...reordered([rule('a', 1), rule('b', 2)], ['a', 'b'])], []);
  });

  it('finds room between the rules of the file, which stay', () => {
    const rules = [rule('A', 0, true), rule('B', 1, true), rule('x', 2), rule('y', 3)];
    assert.equal(after(rules, ['A', 'x', 'B', 'y']), 'AxBy');
    assert.equal(after(rules, ['y', 'x', 'A', 'B']), 'yxAB');
    assert.throws(() => reordered(rules, ['B', 'A']), { code: 'INVALID_ARGUMENT' });
    assert.throws(() => reordered([rule('A', 1, true), rule('B', 1, true), rule('x', 2)], ['A', 'x', 'B']), { code: 'INVALID_ARGUMENT' });
    assert.throws(() => reordered(rules, ['nobody']), { code: 'NOT_FOUND' });
  });

  it('makes any order of any rules', () => {
    fc.assert(fc.property(fc.uniqueArray(fc.record({ _id: fc.string({ minLength: 1, maxLength: 3 }), order: fc.integer({ min: -3, max: 3 }) }), { selector: ({ _id }) => _id, maxLength: 8 }), fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (rules, random) => {
      const wanted = rules.map(({ _id }) => ({ _id, key: random.next().value as number })).sort((a, b) => a.key - b.key).map(({ _id }) => _id);
      assert.equal(after(rules.map(each => ({ ...each, fixed: false })), wanted), wanted.join(''));
    }));
  });
});
