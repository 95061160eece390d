import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { checkSessionSignature, rawDataSignature, safeEqual, sha1Sorted, verifySha1Sorted } from '../../../../app/lib/wechat/push/signature';
import { anyText, vector, vectorsOf } from '../../support';

describe('lib/wechat/push/signature', () => {
  for (const { id, input, expected } of vectorsOf('sha1-sorted')) {
    it(`computes and verifies ${id}`, () => {
      assert.equal(sha1Sorted(input.parts), expected.signature);
      assert.equal(verifySha1Sorted(expected.signature, input.parts), true);
    });

    it(`refuses ${id} with any part or digit changed`, () => {
      input.parts.forEach((_, i) => {
        assert.equal(verifySha1Sorted(expected.signature, input.parts.with(i, `${input.parts[i]}0`)), false);
      });
      for (let i = 0; i < 40; i++) {
        const digit = expected.signature[i] === '0' ? '1' : '0';
        const forged = expected.signature.slice(0, i) + digit + expected.signature.slice(i + 1);
        assert.equal(verifySha1Sorted(forged, input.parts), false);
      }
      assert.equal(verifySha1Sorted('', input.parts), false);
      assert.equal(verifySha1Sorted(expected.signature.slice(1), input.parts), false);
      assert.equal(verifySha1Sorted(`${expected.signature}0`, input.parts), false);
    });
  }

  it('sorts by code units, not by locale, and leaves its argument alone', () => {
    const parts = ['b', 'B', 'a', '_', '10', '9'];
    assert.equal(sha1Sorted(parts), createHash('sha1').update('109B_ab').digest('hex'));
    assert.deepEqual(parts, ['b', 'B', 'a', '_', '10', '9']);
  });

  it('signs rawData as published', () => {
    const { input, expected } = vector('rawdata-sha1-official');
    assert.equal(rawDataSignature(input.concat[0], input.concat[1]), expected.signature);
    assert.notEqual(rawDataSignature(input.concat[0], 'tiihtNczf5v6AKRyjwEUhQ=='), expected.signature);
  });

  it('signs a session check with the base64 text as the key', () => {
    const sessionKey = 'HyVFkGl5F5OQWJZZaNzBBg==';
    assert.equal(checkSessionSignature(sessionKey), createHmac('sha256', sessionKey).digest('hex'));
    assert.notEqual(checkSessionSignature(sessionKey), createHmac('sha256', Buffer.from(sessionKey, 'base64')).digest('hex'));
    assert.match(checkSessionSignature(sessionKey), /^[0-9a-f]{64}$/);
  });

  it('compares texts as === does', () => {
    fc.assert(fc.property(anyText, anyText, (a, b) => {
      assert.equal(safeEqual(a, b), a === b);
      assert.equal(safeEqual(a, a), true);
    }));
    assert.equal(safeEqual('\ud800', '\udbff'), false);
    assert.equal(safeEqual('', ''), true);
  });

  it('is false for values that are no text', () => {
    assert.equal(safeEqual(undefined as unknown as string, 'a'), false);
    assert.equal(safeEqual('a', ['a'] as unknown as string), false);
  });
});
