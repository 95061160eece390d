import assert from 'node:assert/strict';
import mongoose from 'mongoose';
import { isDuplicateKey, isUnavailable } from '../../../app/lib/mongo/errors';

const { MongoServerError, MongoNetworkError } = mongoose.mongo;
const answer = (code: number, errorLabels: string[] = []) => new MongoServerError({ code, errmsg: 'x', errorLabels });

describe('lib/mongo/errors', () => {
  it('distinguishes temporary failures from final ones', () => {
    for (const error of [
      new MongoNetworkError('connection 1 closed'), answer(10107), answer(262), answer(14031), answer(13), answer(8000), answer(1, ['RetryableWriteError']),
    ]) assert.equal(isUnavailable(error), true, `${error.message} ${(error as { code?: number }).code}`);
    for (const error of [answer(11000), answer(2), answer(121), answer(10334), new TypeError('x'), { code: 10107 }, null, 'x']) assert.equal(isUnavailable(error), false);
  });

  it('recognises a unique index', () => {
    assert.deepEqual([answer(11000), answer(2), null].map(isDuplicateKey), [true, false, false]);
  });
});
