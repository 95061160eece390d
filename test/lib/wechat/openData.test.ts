import assert from 'node:assert/strict';
import { createCipheriv } from 'node:crypto';
import fc from 'fast-check';
import { decryptOpenData, encryptOpenData, MAX_ENCRYPTED_DATA, OpenDataError } from '../../../app/lib/wechat/openData';
import type { OpenDataReason } from '../../../app/lib/wechat/openData';
import { anyText, bare, flip, mutations, throwsOnly, vector, vectorsOf } from '../support';

const { input, expected } = vector('opendata-official-demo');
const { sessionKey, iv, encryptedData } = input;

/** Encrypts bytes that already have their padding. */
function seal(content: Buffer): string {
  const cipher = createCipheriv('aes-128-cbc', Buffer.from(sessionKey, 'base64'), Buffer.from(iv, 'base64')).setAutoPadding(false);
  return Buffer.concat([cipher.update(content), cipher.final()]).toString('base64');
}

function pad(content: Buffer | string): Buffer {
  const bytes = Buffer.from(content);
  const missing = 16 - bytes.length % 16;
  return Buffer.concat([bytes, Buffer.alloc(missing, missing)]);
}

function refuses(reason: OpenDataReason, args: { sessionKey?: string; encryptedData?: string; iv?: string }, message = /./): void {
  const all = { sessionKey, encryptedData, iv, ...args };
  assert.throws(() => decryptOpenData(all.sessionKey, all.encryptedData, all.iv), (error: unknown) => {
    assert.ok(error instanceof OpenDataError);
    assert.equal(error.reason, reason);
    assert.match(error.message, message);
    assert.ok(!error.message.includes(sessionKey));
    return true;
  });
}

describe('lib/wechat/openData', () => {
  it('decrypts the official example', () => {
    const data = decryptOpenData(sessionKey, encryptedData, iv);
    assert.equal(Object.getPrototypeOf(data), null);
    assert.deepEqual({ ...data }, JSON.parse(expected.plain));
    assert.equal(data.openId, expected.openId);
    assert.equal(data.unionId, expected.unionId);
  });

  for (const wrong of vectorsOf('opendata-decrypt-fail')) {
    it(`refuses ${wrong.id}`, () => refuses('decrypt', wrong.input));
  }

  it('decrypts to garbage with no wrong key', () => {
    fc.assert(fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), bytes => {
      const key = Buffer.from(bytes).toString('base64');
      assert.throws(() => decryptOpenData(key, encryptedData, iv), (error: unknown) =>
        error instanceof OpenDataError && ['decrypt', 'json'].includes(error.reason));
    }), { numRuns: 2000 });
  });

  it('encrypts the official example back', () => {
    const again = encryptOpenData(sessionKey, JSON.parse(expected.plain) as object, Buffer.from(iv, 'base64'));
    assert.deepEqual(again, { encryptedData, iv });
  });

  it('decrypts what it encrypted, at every length', () => {
    for (let length = 0; length <= 200; length++) {
      const data = { nickName: 'x'.repeat(length) };
      const sent = encryptOpenData(sessionKey, data);
      assert.deepEqual(decryptOpenData(sessionKey, sent.encryptedData, sent.iv), bare(data));
    }
    assert.notEqual(encryptOpenData(sessionKey, {}).iv, encryptOpenData(sessionKey, {}).iv);
  });

  it('keeps big integers, control characters and odd keys', () => {
    const sent = seal(pad('{"id":22923519871373703,"nickName":"a\u0001b","countryCode":86,"constructor":"x"}'));
    const data = decryptOpenData(sessionKey, sent, iv);
    assert.deepEqual(data, bare({ id: '22923519871373703', nickName: 'a\u0001b', countryCode: 86, constructor: 'x' }));
  });

  it('refuses every wrong padding', () => {
    const good = pad('{"a":1}');
    assert.deepEqual(decryptOpenData(sessionKey, seal(good), iv), bare({ a: 1 }));
    for (let value = 0; value < 256; value++) {
      if (value === 9 || value === 1) continue;
      const wrong = Buffer.from(good);
      wrong[15] = value;
      refuses('decrypt', { encryptedData: seal(wrong) });
    }
    for (let i = 7; i < 16; i++) {
      refuses('decrypt', { encryptedData: seal(flip(good, i * 8 + 2)) });
    }
  });

  it('refuses content that is not a JSON object in UTF-8', () => {
    refuses('decrypt', { encryptedData: seal(pad(Buffer.from([0x22, 0xff, 0x22]))) });
    for (const text of ['', 'hello', '{"a":1', '[1]', 'null', '1', '"text"', '{"a":1}x', '{"__proto__":{"admin":true}}']) {
      refuses('json', { encryptedData: seal(pad(text)) });
    }
  });

  it('distinguishes an iv of other data from a stale session_key', () => {
    for (let tries = 0; tries < 200; tries++) {
      refuses('iv', { iv: Buffer.from(Array.from({ length: 16 }, (_, i) => (i * 31 + tries * 7 + 1) % 256)).toString('base64') }, /iv is not the one/);
    }
    // The first block ends within a character; a phone number; the shortest that can be recognised.
    for (const data of [{ nickName: '你好你好你好', a: 'x'.repeat(20) }, { phoneNumber: '13800000000', watermark: { appid: 'wx1', timestamp: 1 } }, { a: 'x'.repeat(24) }]) {
      for (let blanks = 0; blanks < 4; blanks++) {
        const sent = encryptOpenData(sessionKey, { [`k${'_'.repeat(blanks)}`]: 1, ...data });
        refuses('iv', { encryptedData: sent.encryptedData, iv: Buffer.alloc(16, 0xa5).toString('base64') });
      }
    }
  });

  it('says what is wrong with the arguments', () => {
    refuses('encryptedData', { encryptedData: encryptedData.replaceAll('+', ' ') }, /'\+' was turned into a space/);
    refuses('encryptedData', { encryptedData: encodeURIComponent(encryptedData) }, /URL-encoded/);
    refuses('encryptedData', { encryptedData: encryptedData.slice(0, -1) }, /base64/);
    refuses('encryptedData', { encryptedData: `${encryptedData}\n` }, /base64/);
    refuses('encryptedData', { encryptedData: encryptedData.slice(0, 40) }, /cut short/);
    refuses('encryptedData', { encryptedData: '' }, /not empty/);
    refuses('encryptedData', { encryptedData: 'A'.repeat(MAX_ENCRYPTED_DATA + 4) }, /longer/);
    refuses('encryptedData', { encryptedData: 1 as unknown as string });
    refuses('iv', { iv: 'r7BXXKkLb8qrSNn05n0qi ==' }, /'\+' was turned into a space/);
    refuses('iv', { iv: encodeURIComponent(iv) }, /URL-encoded/);
    refuses('iv', { iv: Buffer.alloc(15).toString('base64') }, /16 bytes/);
    refuses('iv', { iv: Buffer.alloc(17).toString('base64') }, /16 bytes/);
    refuses('iv', { iv: '' });
    refuses('iv', { iv: undefined as unknown as string });
    refuses('session_key', { sessionKey: '' });
    refuses('session_key', { sessionKey: Buffer.alloc(24).toString('base64') });
  });

  it('encrypts only with a good key and iv', () => {
    assert.throws(() => encryptOpenData('short', {}), OpenDataError);
    assert.throws(() => encryptOpenData(sessionKey, {}, Buffer.alloc(8)), OpenDataError);
  });

  it('throws only its own error', () => {
    const blocks = fc.uint8Array({ maxLength: 100 }).map(bytes => Buffer.from(bytes).toString('base64'));
    const sealed = fc.oneof(anyText.map(text => seal(pad(text))), fc.uint8Array({ maxLength: 64 }).map(bytes => seal(pad(Buffer.from(bytes)))));
    const key = fc.oneof(fc.constant(sessionKey), anyText, blocks);
    const vectorIv = fc.oneof(fc.constant(iv), anyText, blocks, mutations(iv));
    fc.assert(fc.property(key, fc.oneof(anyText, blocks, sealed, mutations(encryptedData)), vectorIv, (k, data, v) => {
      throwsOnly(OpenDataError, () => decryptOpenData(k, data, v));
    }), { numRuns: 2000 });
  });
});
