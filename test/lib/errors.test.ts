import assert from 'node:assert/strict';
import { AppError, ERRORS } from '../../app/lib/errors';
import type { ErrorName } from '../../app/lib/errors';

describe('lib/errors', () => {
  it('has exactly the names of the contract', () => {
    assert.deepEqual(Object.keys(ERRORS).sort(), [
      'CODE_INVALID', 'CODE_USED', 'CONFLICT', 'FORBIDDEN', 'INTERNAL', 'INVALID_ARGUMENT', 'NOT_FOUND', 'NO_GRANT', 'RATE_LIMITED',
      'SESSION_KEY_STALE', 'UNAUTHENTICATED', 'UNAVAILABLE', 'USER_BLOCKED', 'WATERMARK_MISMATCH', 'WECHAT_BUSY', 'WECHAT_ERROR',
    ]);
  });

  it('gives each a client or server status and a sentence', () => {
    for (const [name, { status, message, zh }] of Object.entries(ERRORS)) {
      assert.ok(status >= 400 && status < 600, name);
      assert.match(message, /^[A-Z].{20,}\.$/, name);
      assert.match(zh, /^[^,;!?]*\p{Script=Han}[^,;!?]*。$/u, name);
    }
  });

  it('takes status and message from the table', () => {
    for (const name of Object.keys(ERRORS) as ErrorName[]) {
      const error = new AppError(name);
      assert.equal(error.code, name);
      assert.equal(error.status, ERRORS[name].status);
      assert.equal(error.message, ERRORS[name].message);
      assert.equal(error.messageIn('en'), ERRORS[name].message);
      assert.equal(error.messageIn('zh'), ERRORS[name].zh);
      assert.equal(error.data, null);
      assert.equal('cause' in error, false);
    }
  });

  it('carries an own message, a cause and data', () => {
    const cause = new Error('upstream');
    const error = new AppError('WECHAT_ERROR', 'The template is unknown.', { cause, data: { errcode: 40037 } });
    assert.ok(error instanceof Error);
    assert.equal(error.name, 'AppError');
    assert.equal(error.message, 'The template is unknown.');
    assert.equal(error.cause, cause);
    assert.deepEqual(error.data, { errcode: 40037 });
  });

  it('says its details in either language, and untranslated texts as they are', () => {
    const error = new AppError('RATE_LIMITED', { key: 'tooManyLogins', params: { seconds: 7 } });
    assert.equal(error.message, 'Too many logins from this address: try again in 7 s.');
    assert.equal(error.messageIn('zh'), '该 IP 地址登录过于频繁，请 7 秒后再试。');
    assert.equal(new AppError('WECHAT_ERROR', 'invalid ip').messageIn('zh'), 'invalid ip');
  });
});
