import assert from 'node:assert/strict';
import { API_KEY, logIn, until, useHub } from 'weapp-hub/test';

interface Note {
  id: string;
  text: string;
}

describe('notes', () => {
  // The whole server, with a simulated WeChat and a database of its own, emptied before each test.
  const hub = useHub();
  const notes = (token: string) => hub().ok<Note[]>('GET', '/api/custom/notes', undefined, token);

  it('are a person\'s own', async () => {
    const [ann, bob] = [await logIn(hub()), await logIn(hub())];
    const { id } = await hub().ok<Note>('POST', '/api/custom/notes', { text: 'buy milk' }, ann.token);
    assert.deepEqual((await notes(ann.token)).map(({ text }) => text), ['buy milk']);
    assert.deepEqual(await notes(bob.token), []);
    assert.equal(await hub().fails('DELETE', `/api/custom/notes/${id}`, undefined, bob.token), 'NOT_FOUND');
    await hub().ok('DELETE', `/api/custom/notes/${id}`, undefined, ann.token);
    assert.deepEqual(await notes(ann.token), []);
  });

  it('are for those who are logged in, and are no empty ones', async () => {
    assert.equal(await hub().fails('POST', '/api/custom/notes', { text: 'x' }), 'UNAUTHENTICATED');
    const { token } = await logIn(hub());
    assert.equal(await hub().fails('POST', '/api/custom/notes', { text: ' ' }, token), 'INVALID_ARGUMENT');
  });

  it('are taken from messages', async () => {
    const { openid, token } = await logIn(hub());
    await hub().sandbox.post('/push', { message: { FromUserName: openid, MsgType: 'text', Content: 'note: call the bank' } });
    const found = await until(() => notes(token), all => all.length > 0);
    assert.deepEqual(found.map(({ text }) => text), ['call the bank']);
  });

  it('are told to other backends, and forgotten after a year', async () => {
    const { service, model } = hub().app.createAnonymousContext();
    const person = { appid: 'wx', openid: 'o-1' };
    const [old] = [await service.note.add(person, 'old'), await service.note.add(person, 'new')];
    await model.Note.updateOne({ _id: old.id }, { $set: { createdAt: new Date('2001-01-01') } });
    assert.equal(await service.note.forget(), 1);
    const left = await hub().ok<Note[]>('GET', '/api/custom/server/notes?openid=o-1', undefined, API_KEY);
    assert.deepEqual(left.map(({ text }) => text), ['new']);
  });
});
