import assert from 'node:assert/strict';
import { createCipheriv, createDecipheriv } from 'node:crypto';
import fc from 'fast-check';
import { MessageCrypt, MessageCryptError, validateEncodingAESKey } from '../../../../app/lib/wechat/push/messageCrypt';
import type { MessageCryptReason } from '../../../../app/lib/wechat/push/messageCrypt';
import { anyText, flip, mutations, throwsOnly, vector, vectorsOf } from '../../support';

const APP = { token: 'QDG6eK', encodingAESKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C', appid: 'wx5823bf96d3bd56c7' };
const KEY = Buffer.from(`${APP.encodingAESKey}=`, 'base64');
const crypt = new MessageCrypt(APP);

/** Encrypts bytes as they are, so that a test can make any fault. */
function seal(content: Buffer): string {
  const cipher = createCipheriv('aes-256-cbc', KEY, KEY.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(content), cipher.final()]).toString('base64');
}

function unseal(encrypt: string): Buffer {
  const decipher = createDecipheriv('aes-256-cbc', KEY, KEY.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([decipher.update(encrypt, 'base64'), decipher.final()]);
}

function content(message: Buffer | string, options: { length?: number; appid?: string } = {}): Buffer {
  const bytes = Buffer.from(message);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(options.length ?? bytes.length);
  return Buffer.concat([Buffer.alloc(16, 'r'), length, bytes, Buffer.from(options.appid ?? APP.appid)]);
}

function pad(bytes: Buffer): Buffer {
  const missing = 32 - bytes.length % 32;
  return Buffer.concat([bytes, Buffer.alloc(missing, missing)]);
}

function refuses(encrypt: string, reason: MessageCryptReason, by = crypt): void {
  assert.throws(() => by.decrypt(encrypt), (error: unknown) => error instanceof MessageCryptError && error.reason === reason);
}

describe('lib/wechat/push/messageCrypt', () => {
  for (const { id, input, expected } of vectorsOf('push-decrypt')) {
    it(`opens ${id}`, () => {
      const app = new MessageCrypt({ token: input.token, encodingAESKey: input.encodingAESKey, appid: expected.receiveId });
      assert.equal(app.sign(input.timestamp, input.nonce, input.encrypt), expected.msg_signature);
      assert.equal(app.verify(expected.msg_signature, input.timestamp, input.nonce, input.encrypt), true);
      assert.equal(app.decrypt(input.encrypt), expected.plain);
    });

    it(`refuses ${id} forged, or meant for another app`, () => {
      const app = new MessageCrypt({ token: input.token, encodingAESKey: input.encodingAESKey, appid: 'wx0000000000000000' });
      assert.equal(app.verify(expected.msg_signature, input.timestamp, input.nonce, input.encrypt.replace(/^./, '/')), false);
      assert.equal(app.verify(expected.msg_signature, `${input.timestamp}0`, input.nonce, input.encrypt), false);
      assert.equal(app.verify('', input.timestamp, input.nonce, input.encrypt), false);
      refuses(input.encrypt, 'appid', app);
      refuses(input.encrypt, 'padding', new MessageCrypt({ ...APP, encodingAESKey: 'B'.repeat(43), appid: expected.receiveId }));
    });
  }

  for (const { id, input, expected } of vectorsOf('push-encrypt')) {
    it(`encrypts ${id}`, () => {
      const app = new MessageCrypt({ token: input.token, encodingAESKey: input.encodingAESKey, appid: input.receiveId });
      assert.equal(app.encrypt(input.plain, input.random16), expected.encrypt);
      assert.equal(app.encrypt(input.plain, Buffer.from(input.random16)), expected.encrypt);
      assert.equal(app.sign(input.timestamp, input.nonce, expected.encrypt), expected.msg_signature);
    });
  }

  it('decrypts its own encryption, at every length around the block boundaries', () => {
    for (let length = 0; length <= 200; length++) {
      const plain = 'x'.repeat(length);
      const encrypt = crypt.encrypt(plain);
      const sealed = unseal(encrypt);
      assert.equal(sealed.length, Math.ceil((20 + length + 18 + 1) / 32) * 32);
      assert.equal(sealed.at(-1), sealed.length - (20 + length + 18));
      assert.equal(crypt.decrypt(encrypt), plain);
    }
  });

  it('decrypts its own encryption, for any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), plain => {
      assert.equal(crypt.decrypt(crypt.encrypt(plain)), plain);
    }));
    assert.equal(crypt.decrypt(crypt.encrypt('\ufeff你好😀')), '\ufeff你好😀');
  });

  it('never encrypts the same twice', () => {
    assert.notEqual(crypt.encrypt('hello'), crypt.encrypt('hello'));
  });

  it('takes 16 random bytes only', () => {
    for (const random of ['', 'x'.repeat(15), 'x'.repeat(17), '你'.repeat(16)]) {
      assert.throws(() => crypt.encrypt('hello', random), MessageCryptError);
    }
  });

  it('refuses every wrong padding', () => {
    const good = pad(content('x'.repeat(16)));
    const last = good.at(-1) as number;
    assert.equal(last, 10);
    assert.equal(crypt.decrypt(seal(good)), 'x'.repeat(16));
    for (let value = 0; value < 256; value++) {
      if (value === last) continue;
      const wrong = Buffer.from(good);
      wrong[wrong.length - 1] = value;
      // A single 1 is good padding, but leaves padding bytes behind the appid.
      refuses(seal(wrong), value === 1 ? 'appid' : 'padding');
    }
    for (let i = good.length - last; i < good.length; i++) {
      refuses(seal(flip(good, i * 8)), 'padding');
    }
  });

  it('refuses padding longer than a block', () => {
    for (const value of [33, 40, 64]) refuses(seal(Buffer.alloc(64, value)), 'padding');
  });

  it('takes a padding of one byte and of a whole block', () => {
    for (const length of [25, 26]) {
      const plain = 'x'.repeat(length);
      const sealed = pad(content(plain));
      assert.equal(sealed.at(-1), length === 25 ? 1 : 32);
      assert.equal(crypt.decrypt(seal(sealed)), plain);
    }
  });

  it('refuses a length that does not fit', () => {
    refuses(seal(pad(content('hello', { length: 24 }))), 'length');
    refuses(seal(pad(content('hello', { length: 0xffffffff }))), 'length');
    refuses(seal(pad(Buffer.alloc(19))), 'length');
    refuses(seal(Buffer.alloc(32, 32)), 'length');
    // A length that ends inside or before the appid makes the rest another appid.
    refuses(seal(pad(content('hello', { length: 4 }))), 'appid');
    refuses(seal(pad(content('hello', { length: 6 }))), 'appid');
  });

  it('refuses any other appid than its own', () => {
    for (const appid of ['', 'wx5823bf96d3bd56c', 'wx5823bf96d3bd56c7 ', 'WX5823bf96d3bd56c7', 'wx5823bf96d3bd56c8']) {
      refuses(seal(pad(content('hello', { appid }))), 'appid');
    }
  });

  it('refuses a message that is not UTF-8', () => {
    refuses(seal(pad(content(Buffer.from([0x68, 0xff, 0x69])))), 'ciphertext');
    refuses(seal(pad(content(Buffer.from([0xe4, 0xbd])))), 'ciphertext');
  });

  it('refuses texts that are not canonical base64 of whole blocks', () => {
    const good = crypt.encrypt('hello');
    refuses('', 'ciphertext');
    refuses(`${good} `, 'ciphertext');
    refuses(good.slice(0, 8) + '\n' + good.slice(8), 'ciphertext');
    refuses(good.replace(/=*$/, ''), 'ciphertext');
    refuses(good.slice(0, -4), 'ciphertext');
    refuses(Buffer.alloc(48).toString('base64'), 'ciphertext');
    refuses(Buffer.alloc(31).toString('base64'), 'ciphertext');
    refuses(Buffer.alloc(32, 255).toString('base64url'), 'ciphertext');
    refuses(undefined as unknown as string, 'ciphertext');
  });

  it('refuses every flipped bit of the last two blocks and every block cut off', () => {
    const { input } = vector('push-xml-qdg6ek-official-sample');
    const bytes = Buffer.from(input.encrypt, 'base64');
    for (let bit = (bytes.length - 32) * 8; bit < bytes.length * 8; bit++) {
      assert.throws(() => crypt.decrypt(flip(bytes, bit).toString('base64')), MessageCryptError);
    }
    for (let length = 32; length < bytes.length; length += 32) {
      assert.throws(() => crypt.decrypt(bytes.subarray(0, length).toString('base64')), MessageCryptError);
    }
  });

  it('throws only its own error', () => {
    const { input } = vector('push-xml-qdg6ek-official-sample');
    const blocks = fc.uint8Array({ minLength: 0, maxLength: 160 }).map(bytes => Buffer.from(bytes).toString('base64'));
    const sealed = fc.uint8Array({ maxLength: 100 }).map(bytes => seal(pad(Buffer.from(bytes))));
    fc.assert(fc.property(fc.oneof(anyText, blocks, sealed, mutations(input.encrypt)), encrypt => {
      const plain = throwsOnly(MessageCryptError, () => crypt.decrypt(encrypt));
      assert.ok(plain === undefined || encrypt.length >= 44);
    }), { numRuns: 1000 });
  });

  it('validates the EncodingAESKey', () => {
    for (const key of ['A'.repeat(43), APP.encodingAESKey, `${'a'.repeat(42)}/`]) assert.equal(validateEncodingAESKey(key), true);
    for (const key of ['', 'A'.repeat(42), 'A'.repeat(44), `${'A'.repeat(42)}=`, `${'A'.repeat(43)}\n`, `${'A'.repeat(42)}-`, '你'.repeat(43)]) {
      assert.equal(validateEncodingAESKey(key), false);
      assert.throws(() => new MessageCrypt({ ...APP, encodingAESKey: key }), (error: unknown) => {
        assert.ok(error instanceof MessageCryptError);
        assert.equal(error.reason, 'key');
        assert.ok(key === '' || !error.message.includes(key));
        return true;
      });
    }
  });
});
