import assert from 'node:assert/strict';
import { nextOrder } from '../../app/lib/order';

describe('order', () => {
  it('grows with every call and follows the clock', () => {
    const numbers = Array.from({ length: 5_000 }, nextOrder);
    assert.ok(numbers.every((number, index) => Number.isSafeInteger(number) && (index === 0 || number > numbers[index - 1])));
    assert.ok(Math.abs(numbers[0] / 1000 - Date.now()) < 60_000);
  });
});
