import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { deflateSync, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { userSig, verifyUserSig } from '../../../app/lib/im/userSig';
import { anyText, mutations, vector } from '../support';

const { input, expected } = vector('usersig-v2-xiaojun');
const app = { sdkAppId: input.sdkAppId, secretKey: input.key };
const now = input.time * 1000;
const good = { ...app, userId: input.userId, userSig: expected.userSig, now };

function open(text: string): Record<string, unknown> {
  const base64 = text.replaceAll('*', '+').replaceAll('-', '/').replaceAll('_', '=');
  return JSON.parse(inflateSync(Buffer.from(base64, 'base64')).toString()) as Record<string, unknown>;
}

function pack(document: unknown): string {
  return deflateSync(typeof document === 'string' ? document : JSON.stringify(document)).toString('base64')
    .replaceAll('+', '*')
    .replaceAll('/', '-')
    .replaceAll('=', '_');
}

function signed(fields: Record<string, unknown>): string {
  const document = { ...expected.doc, ...fields };
  const lines = ['identifier', 'sdkappid', 'time', 'expire'].map(name => `TLS.${name}:${document[`TLS.${name}`]}\n`).join('');
  return pack({ ...document, 'TLS.sig': createHmac('sha256', app.secretKey).update(lines).digest('base64'), ...('TLS.sig' in fields ? fields : {}) });
}

describe('lib/im/userSig', () => {
  it('issues the official example', () => {
    const real = Date.now;
    Date.now = () => now + 999;
    try {
      assert.deepEqual(open(userSig({ ...app, userId: input.userId, expireSeconds: input.expire })), expected.doc);
    } finally {
      Date.now = real;
    }
  });

  it('verifies the official example until it expires', () => {
    assert.equal(verifyUserSig(good), 'ok');
    assert.equal(verifyUserSig({ ...good, now: now + input.expire * 1000 - 1 }), 'ok');
    assert.equal(verifyUserSig({ ...good, now: now + input.expire * 1000 }), 'expired');
  });

  it('verifies what it issued', () => {
    fc.assert(fc.property(fc.stringMatching(/^[A-Za-z0-9_-]{1,32}$/), fc.integer({ min: 60, max: 15_552_000 }), (userId, expireSeconds) => {
      assert.equal(verifyUserSig({ ...app, userId, userSig: userSig({ ...app, userId, expireSeconds }) }), 'ok');
    }));
  });

  it('tells which part does not fit', () => {
    assert.equal(verifyUserSig({ ...good, userId: 'xiaojun2' }), 'identifier');
    assert.equal(verifyUserSig({ ...good, sdkAppId: 1400000001 }), 'sdkappid');
    assert.equal(verifyUserSig({ ...good, secretKey: 'another' }), 'forged');
    assert.equal(verifyUserSig({ ...good, userSig: signed({}) }), 'ok');
    assert.equal(verifyUserSig({ ...good, userSig: pack({ ...expected.doc, 'TLS.expire': 99999999 }) }), 'forged');
    assert.equal(verifyUserSig({ ...good, userSig: signed({ 'TLS.sig': '' }) }), 'forged');
  });

  it('refuses texts that are no UserSig', () => {
    for (const text of [
      '', 'x', 'hello', expected.userSig.slice(0, -8), expected.userSig.replaceAll('*', '+'), pack('not JSON'), pack('null'), pack('[]'), pack('1'), pack({}),
      signed({ 'TLS.ver': '1.0' }), signed({ 'TLS.identifier': 1 }), signed({ 'TLS.time': '1700000000' }), signed({ 'TLS.expire': null }), signed({ 'TLS.sdkappid': '1400000000' }),
    ]) assert.equal(verifyUserSig({ ...good, userSig: text }), 'malformed', text);
  });

  it('does not inflate a bomb', () => {
    const bomb = pack(JSON.stringify({ ...expected.doc, 'TLS.userbuf': 'x'.repeat(1_000_000) }));
    assert.ok(bomb.length < 4_096);
    assert.equal(verifyUserSig({ ...good, userSig: bomb }), 'malformed');
    assert.equal(verifyUserSig({ ...good, userSig: 'A'.repeat(1_048_576) }), 'malformed');
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.oneof(anyText, mutations(expected.userSig), fc.json().map(pack)), text => {
      assert.notEqual(verifyUserSig({ ...good, userSig: text }), undefined);
    }), { numRuns: 1000 });
  });

  it('refuses ids and life times that Tencent Cloud would not take', () => {
    for (const userId of ['', 'x'.repeat(33), '你'.repeat(11), 'a\nTLS.sdkappid:1', 'a\0', 'é']) {
      assert.throws(() => userSig({ ...app, userId, expireSeconds: 60 }), RangeError);
    }
    for (const expireSeconds of [0, -1, 1.5, NaN, Infinity]) {
      assert.throws(() => userSig({ ...app, userId: 'a', expireSeconds }), RangeError);
    }
  });
});
