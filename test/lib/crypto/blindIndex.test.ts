import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { BlindIndex } from '../../../app/lib/crypto/blindIndex';

const key = Buffer.alloc(32, 1);
const index = new BlindIndex(key);

describe('lib/crypto/blindIndex', () => {
  it('is the same for the same value and key', () => {
    assert.equal(index.of('13800138000'), new BlindIndex(Buffer.alloc(32, 1)).of('13800138000'));
    assert.match(index.of('13800138000'), /^[A-Za-z0-9_-]{43}$/);
  });

  it('keeps its value, so that stored indexes can still be found', () => {
    assert.equal(index.of('13800138000'), '3Ig90xnxz4SySSlALA1EZymsKx0twCJRNrxD9y0trig');
  });

  it('differs by value and by key', () => {
    fc.assert(fc.property(fc.string(), fc.string(), (a, b) => {
      assert.equal(index.of(a) === index.of(b), a === b);
    }));
    assert.notEqual(index.of('13800138000'), new BlindIndex(Buffer.alloc(32, 2)).of('13800138000'));
  });

  it('does not use the data key itself', () => {
    assert.notEqual(index.of('13800138000'), createHmac('sha256', key).update('13800138000').digest('base64url'));
  });

  it('takes a key of 32 bytes only', () => {
    assert.throws(() => new BlindIndex(Buffer.alloc(31)), RangeError);
  });
});
