import assert from 'node:assert/strict';
import { CONNECTION_STRING, databaseAddress, whyAway } from '../../../app/lib/mongo/address';

describe('the address of the database', () => {
  const GOOD: Array<[string, string]> = [
    ['mongodb://127.0.0.1:27017/weapp_hub', '127.0.0.1:27017'],
    ['mongodb://db', 'db'],
    ['mongodb://user:p%40ss%2Fword@a:1,b:2,c:3/weapp_hub?replicaSet=rs0&authSource=admin', 'a:1,b:2,c:3'],
    ['mongodb+srv://user:x@cluster0.example.net/?retryWrites=true', 'cluster0.example.net'],
    ['mongodb://user@[::1]:27017/', '[::1]:27017'],
    ['mongodb://user:@h/', 'h'],
    ['mongodb://h?tls=true', 'h'],
  ];
  for (const [url, address] of GOOD) {
    it(`is ${address}`, () => {
      assert.match(url, CONNECTION_STRING);
      assert.equal(databaseAddress(url), address);
    });
  }

  it('shows nothing of a password that is not encoded, which is refused', () => {
    for (const password of ['se@cret', 'se/cret', 'se?cret', 'se#cret', 'se:cret', 'se%cret', 'se@cr/et', 'se[cret', 'se cret', '@secret', 'secret@']) {
      const url = `mongodb://user:${password}@host:1/db`;
      assert.doesNotMatch(url, CONNECTION_STRING);
      assert.equal(databaseAddress(url), 'host:1', url);
    }
    for (const url of ['http://host', 'mongodb://', 'mongodb:///db', 'mongodb://host/a@b', 'mongodb://host/?a=b@c', 'mongodb://user:x@']) assert.doesNotMatch(url, CONNECTION_STRING);
  });
});

describe('the reason why the database is away', () => {
  it('is the system\'s or the server\'s name for it', () => {
    const refused = Object.assign(new Error('connect to user:secret'), { code: 'ECONNREFUSED' });
    const selection = Object.assign(new Error('secret'), { name: 'MongoServerSelectionError', reason: { servers: new Map([['a', { error: null }], ['b', { error: new Error('x', { cause: refused }) }]]) } });
    assert.equal(whyAway(refused), 'ECONNREFUSED');
    assert.equal(whyAway(selection), 'ECONNREFUSED');
    assert.equal(whyAway(Object.assign(new Error('secret'), { name: 'MongoServerError', code: 18, codeName: 'AuthenticationFailed' })), 'AuthenticationFailed');
  });

  it('is a missing answer, or no more than is known', () => {
    const circular = new Error('secret');
    circular.cause = circular;
    assert.equal(whyAway(Object.assign(new Error('secret'), { name: 'MongoNetworkTimeoutError' })), 'no answer in time');
    for (const error of [circular, undefined, null, 'secret', new Error('secret')]) assert.equal(whyAway(error), 'no connection');
    assert.equal(whyAway(Object.assign(new Error('secret'), { name: 'MongoTopologyClosedError' })), 'MongoTopologyClosedError');
  });
});
