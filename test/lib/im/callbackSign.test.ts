import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { verifyImSign } from '../../../app/lib/im/callbackSign';
import { anyText, vector } from '../support';

const { input, expected } = vector('im-callback-sign-official');
const [token, requestTime] = input.concat;
const sign = expected.signature;
const now = Number(requestTime) * 1000;
const good = { token, sign, requestTime, now };

describe('lib/im/callbackSign', () => {
  it('accepts the official example', () => {
    assert.equal(verifyImSign(good), 'ok');
  });

  it('accepts 60 s before and after, no more', () => {
    assert.equal(verifyImSign({ ...good, now: now + 60_000 }), 'ok');
    assert.equal(verifyImSign({ ...good, now: now - 60_000 }), 'ok');
    assert.equal(verifyImSign({ ...good, now: now + 60_001 }), 'stale');
    assert.equal(verifyImSign({ ...good, now: now - 60_001 }), 'stale');
  });

  it('distinguishes a forgery from a stale call', () => {
    for (const change of [{ sign: '' }, { sign: sign.slice(1) }, { sign: sign.toUpperCase() }, { token: 'xxxxyyyz' }, { requestTime: '1669872113' }]) {
      assert.equal(verifyImSign({ ...good, ...change }), 'forged');
      assert.equal(verifyImSign({ ...good, ...change, now: 0 }), 'forged');
    }
    for (let i = 0; i < sign.length; i++) {
      const digit = sign[i] === '0' ? '1' : '0';
      assert.equal(verifyImSign({ ...good, sign: sign.slice(0, i) + digit + sign.slice(i + 1) }), 'forged');
    }
  });

  it('does not let digits move between token and time', () => {
    assert.equal(verifyImSign({ ...good, token: 'xxxxyyyy1', requestTime: requestTime.slice(1) }), 'stale');
    assert.equal(verifyImSign({ ...good, token: 'xxxxyyy', requestTime: `y${requestTime}` }), 'forged');
  });

  it('refuses an empty token and odd times, however well signed', () => {
    const signed = (withToken: string, time: string) => createHash('sha256').update(withToken + time).digest('hex');
    assert.equal(verifyImSign({ ...good, sign: signed(token, requestTime) }), 'ok');
    assert.equal(verifyImSign({ ...good, token: '', sign: signed('', requestTime) }), 'forged');
    for (const odd of ['', '-1', '1e9', ' 1669872112', '1669872112.0', '9'.repeat(13)]) {
      assert.equal(verifyImSign({ ...good, requestTime: odd, sign: signed(token, odd) }), 'forged');
    }
    assert.equal(verifyImSign({ ...good, requestTime: undefined as unknown as string }), 'forged');
    assert.equal(verifyImSign({ ...good, sign: undefined as unknown as string }), 'forged');
  });

  it('never throws and never accepts an unsigned call', () => {
    fc.assert(fc.property(anyText, anyText, (oddSign, oddTime) => {
      assert.equal(verifyImSign({ ...good, sign: oddSign, requestTime: oddTime }), 'forged');
    }));
  });
});
