import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { FieldCipher, FieldCipherError } from '../../../app/lib/crypto/fieldCipher';
import { anyText, flip, mutations, throwsOnly } from '../support';

const current = Buffer.alloc(32, 1);
const former = Buffer.alloc(32, 2);
const place = 'users.phone.5f1d7f3e8c9a';
const cipher = new FieldCipher({ current });

describe('lib/crypto/fieldCipher', () => {
  it('decrypts what it encrypted, at every length and whatever the text', () => {
    for (let length = 0; length <= 200; length++) {
      const plain = 'x'.repeat(length);
      assert.equal(cipher.decrypt(cipher.encrypt(plain, place), place), plain);
    }
    fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (plain, aad) => {
      assert.equal(cipher.decrypt(cipher.encrypt(plain, aad), aad), plain);
    }));
  });

  it('writes version, key id and base64url, never the same twice', () => {
    const text = cipher.encrypt('13800138000', place);
    assert.match(text, /^v1\.[0-9a-f]{8}\.[A-Za-z0-9_-]{52}$/);
    assert.notEqual(text, cipher.encrypt('13800138000', place));
  });

  it('reads a text written before, so that stored data stays readable', () => {
    const stored = 'v1.5b290059.5Sg3FwQjv1fcwaqFin5uzQ4OYHSaG0eJsPpu-E-VZRN1XJ32fYvM';
    assert.equal(cipher.decrypt(stored, place), '13800138000');
  });

  it('decrypts in its own place only', () => {
    const text = cipher.encrypt('13800138000', place);
    for (const elsewhere of ['', 'users.phone.5f1d7f3e8c9b', 'users.name.5f1d7f3e8c9a', `${place} `]) {
      assert.throws(() => cipher.decrypt(text, elsewhere), FieldCipherError);
    }
  });

  it('rotates: old keys decrypt, the current one encrypts', () => {
    const old = new FieldCipher({ current: former }).encrypt('13800138000', place);
    const rotated = new FieldCipher({ current, old: [former] });
    assert.equal(rotated.decrypt(old, place), '13800138000');
    assert.equal(rotated.isOld(old), true);
    const text = rotated.encrypt('13800138000', place);
    assert.equal(rotated.isOld(text), false);
    assert.equal(cipher.decrypt(text, place), '13800138000');
    assert.throws(() => cipher.decrypt(old, place), (error: unknown) => error instanceof FieldCipherError && /DATA_KEYS_OLD/.test(error.message));
  });

  it('refuses a key id that was swapped', () => {
    const both = new FieldCipher({ current, old: [former] });
    const [version, , body] = both.encrypt('x', place).split('.');
    const otherId = new FieldCipher({ current: former }).encrypt('x', place).split('.')[1];
    assert.throws(() => both.decrypt([version, otherId, body].join('.'), place), FieldCipherError);
  });

  it('refuses every flipped bit and every cut', () => {
    const text = cipher.encrypt('13800138000', place);
    const [version, id, body] = text.split('.');
    const bytes = Buffer.from(body, 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      assert.throws(() => cipher.decrypt([version, id, flip(bytes, bit).toString('base64url')].join('.'), place), FieldCipherError);
    }
    for (let length = 0; length < text.length; length++) {
      assert.throws(() => cipher.decrypt(text.slice(0, length), place), FieldCipherError);
    }
  });

  it('refuses another spelling of the same bytes', () => {
    const text = cipher.encrypt('1', place);
    // 29 bytes leave two spare bits in the last letter.
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const spare = text.slice(0, -1) + letters[letters.indexOf(text.at(-1) as string) + 1];
    assert.deepEqual(Buffer.from(spare.split('.')[2], 'base64url'), Buffer.from(text.split('.')[2], 'base64url'));
    assert.throws(() => cipher.decrypt(spare, place), FieldCipherError);
    assert.throws(() => cipher.decrypt(`${text}=`, place), FieldCipherError);
    assert.throws(() => cipher.decrypt(`${text}\n`, place), FieldCipherError);
    assert.throws(() => cipher.decrypt(text.replace('v1', 'V1'), place), FieldCipherError);
    assert.throws(() => cipher.decrypt('13800138000', place), FieldCipherError);
    assert.throws(() => cipher.decrypt('', place), FieldCipherError);
  });

  it('reads a text that cannot be decrypted as absent, and reports each field once', () => {
    const told: string[] = [];
    const reader = new FieldCipher({ current }, (field, error) => told.push(`${field}: ${error.name}`));
    const gone = new FieldCipher({ current: randomBytes(32) });
    assert.equal(reader.read(reader.encrypt('x', 'users.phone.1'), 'users.phone.1'), 'x');
    for (let i = 0; i < 100; i++) {
      assert.equal(reader.read(gone.encrypt('x', `users.phone.${i}`), `users.phone.${i}`), null);
      assert.equal(reader.read('13800138000', `openids.sessionKey.wx.1:${i}`), null);
    }
    assert.deepEqual(told, ['users.phone: FieldCipherError', 'openids.sessionKey: FieldCipherError']);
    assert.deepEqual(reader.unreadable, ['users.phone', 'openids.sessionKey']);
  });

  it('throws only its own error, with no secret in it', () => {
    const text = cipher.encrypt('13800138000', place);
    fc.assert(fc.property(fc.oneof(anyText, mutations(text)), anyText, (odd, aad) => {
      throwsOnly(FieldCipherError, () => cipher.decrypt(odd, aad));
    }), { numRuns: 1000 });
    assert.throws(() => cipher.decrypt(text, 'elsewhere'), (error: unknown) =>
      error instanceof Error && !error.message.includes('13800138000') && !error.message.includes(text) && !error.message.includes('elsewhere'));
  });

  it('takes keys of 32 bytes only', () => {
    assert.throws(() => new FieldCipher({ current: randomBytes(16) }), RangeError);
    assert.throws(() => new FieldCipher({ current, old: [randomBytes(33)] }), RangeError);
  });
});
