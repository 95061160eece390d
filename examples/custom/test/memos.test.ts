import assert from 'node:assert/strict';
import { API_KEY, logIn, until, useHub } from 'weapp-hub/test';

interface Memo {
  id: string;
  text: string;
}

describe('memos', () => {
  // The whole server, with a simulated WeChat and a database of its own, emptied before each test.
  const hub = useHub();
  const memos = (token: string) => hub().ok<Memo[]>('GET', '/api/custom/memos', undefined, token);

  it('shows each person only their own memos', async () => {
    const [ann, bob] = [await logIn(hub()), await logIn(hub())];
    const { id } = await hub().ok<Memo>('POST', '/api/custom/memos', { text: 'buy milk' }, ann.token);
    assert.deepEqual((await memos(ann.token)).map(({ text }) => text), ['buy milk']);
    assert.deepEqual(await memos(bob.token), []);
    assert.equal(await hub().fails('DELETE', `/api/custom/memos/${id}`, undefined, bob.token), 'NOT_FOUND');
    await hub().ok('DELETE', `/api/custom/memos/${id}`, undefined, ann.token);
    assert.deepEqual(await memos(ann.token), []);
  });

  it('refuses empty memos and callers who are not logged in', async () => {
    assert.equal(await hub().fails('POST', '/api/custom/memos', { text: 'x' }), 'UNAUTHENTICATED');
    const { token } = await logIn(hub());
    assert.equal(await hub().fails('POST', '/api/custom/memos', { text: ' ' }, token), 'INVALID_ARGUMENT');
  });

  it('makes a memo of a message', async () => {
    const { openid, token } = await logIn(hub());
    await hub().sandbox.post('/push', { message: { FromUserName: openid, MsgType: 'text', Content: 'memo: call the bank' } });
    const found = await until(() => memos(token), all => all.length > 0);
    assert.deepEqual(found.map(({ text }) => text), ['call the bank']);
  });

  it('shows memos to other backends, and forgets them after a year', async () => {
    const { service, model } = hub().app.createAnonymousContext();
    const person = { appid: 'wx', openid: 'o-1' };
    const [old] = [await service.memo.add(person, 'old'), await service.memo.add(person, 'new')];
    await model.Memo.updateOne({ _id: old.id }, { $set: { createdAt: new Date('2001-01-01') } });
    assert.equal(await service.memo.forget(), 1);
    const left = await hub().ok<Memo[]>('GET', '/api/custom/server/memos?openid=o-1', undefined, API_KEY);
    assert.deepEqual(left.map(({ text }) => text), ['new']);
  });
});
