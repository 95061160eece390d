import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { BlindIndex } from '../../../app/lib/crypto/blindIndex';
import { deriveKey } from '../../../app/lib/crypto/deriveKey';
import { deriveLoginToken, newToken, parseDataKey, tokenHash } from '../../../app/lib/crypto/token';

const key = Buffer.alloc(32, 1);

describe('lib/crypto/token', () => {
  it('makes tokens of 32 random bytes', () => {
    const tokens = new Set(Array.from({ length: 1000 }, () => newToken()));
    assert.equal(tokens.size, 1000);
    for (const token of tokens) assert.match(token, /^[A-Za-z0-9_-]{43}$/);
  });

  it('hashes a token with SHA-256', () => {
    assert.equal(tokenHash('abc'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    assert.equal(tokenHash('你'), createHash('sha256').update('你', 'utf8').digest('hex'));
  });

  it('derives the same login token everywhere', () => {
    const token = deriveLoginToken(key, 'wx1', 'code');
    assert.match(token, /^[A-Za-z0-9_-]{43}$/);
    assert.equal(deriveLoginToken(Buffer.alloc(32, 1), 'wx1', 'code'), token);
    assert.equal(token, 'jaetjEGscW62XB3WaB2PhqGs9_P7FFJCbVNqOFs1jWc');
  });

  it('derives another for another app, code or key', () => {
    const tokens = [
      deriveLoginToken(key, 'wx1', 'code'), deriveLoginToken(key, 'wx1', 'code2'), deriveLoginToken(key, 'wx1c', 'ode'),
      deriveLoginToken(key, 'wx2', 'code'), deriveLoginToken(Buffer.alloc(32, 2), 'wx1', 'code'), new BlindIndex(key).of('["wx1","code"]'),
    ];
    assert.equal(new Set(tokens).size, tokens.length);
  });

  it('derives a key of its own for each purpose', () => {
    const purposes = ['field-cipher', 'field-key-id', 'blind-index', 'login-token'] as const;
    const keys = purposes.map(purpose => deriveKey(key, purpose).toString('hex'));
    assert.equal(new Set([...keys, key.toString('hex')]).size, purposes.length + 1);
    for (const derived of keys) assert.equal(derived.length, 64);
  });

  it('reads a data key of exactly 32 bytes', () => {
    assert.deepEqual(parseDataKey(key.toString('base64')), key);
    const bytes = (length: number) => Buffer.alloc(length, 255).toString('base64');
    for (const text of ['', 'secret', bytes(31), bytes(33), bytes(32).slice(0, -1), ` ${bytes(32)}`, `${bytes(32)}\n`, Buffer.alloc(32, 255).toString('base64url'), '0'.repeat(64)]) {
      assert.throws(() => parseDataKey(text), (error: unknown) => error instanceof RangeError && (text === '' || !error.message.includes(text)));
    }
  });
});
