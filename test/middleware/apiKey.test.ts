import assert from 'node:assert/strict';
import type { Application, Context } from 'egg';
import apiKey from '../../app/middleware/apiKey';
import { AppError } from '../../app/lib/errors';

describe('middleware/apiKey', () => {
  async function ask(apiKeys: string[], authorization: string): Promise<string> {
    const guard = apiKey(null, { environment: { apiKeys } } as unknown as Application);
    try {
      await guard({ get: () => authorization } as unknown as Context, async () => undefined);
      return 'let in';
    } catch (error) {
      assert.ok(error instanceof AppError);
      assert.equal(error.code, 'UNAUTHENTICATED');
      return error.message;
    }
  }

  it('explains that API_KEYS is not set', async () => {
    assert.match(await ask([], 'Bearer '), /API_KEYS/);
    assert.match(await ask([], ''), /API_KEYS/);
  });

  it('takes each of the keys, with any characters', async () => {
    const keys = ['12345678', 'p@ss {word}!', '钥匙钥匙钥匙钥匙'];
    for (const key of keys) assert.equal(await ask(keys, `Bearer ${Buffer.from(key).toString('latin1')}`), 'let in');
    for (const header of ['12345678', 'Basic 12345678', 'Bearer 1234567', 'Bearer 123456789', 'Bearer', '']) assert.notEqual(await ask(keys, header), 'let in');
  });
});
