import assert from 'node:assert/strict';
import { useApp } from '../support/app';
import { knownEverywhere } from '../support/everywhere';

const KEY = 'test-api-key-1';

interface Copy {
  code: number;
  requestId: string;
  data: Record<string, Array<Record<string, unknown>>> & { userId: string };
}

describe('a copy of all data of a person', () => {
  const hub = useApp();
  const get = (path: string, token: string) => fetch(`${hub().url}${path}`, { headers: { authorization: `Bearer ${token}` } });

  it('is one file with every document, the phone number in clear and no secret', async () => {
    const person = await knownEverywhere(hub());
    const response = await get('/api/me/export', person.token);
    assert.match(response.headers.get('content-disposition') ?? '', /^attachment; filename="[A-Za-z0-9_-]+\.json"$/);
    assert.match(response.headers.get('content-type') ?? '', /^application\/json/);
    assert.equal(response.headers.get('cache-control'), 'no-store');
    const text = await response.text();
    const { code, data, requestId } = JSON.parse(text) as Copy;
    assert.deepEqual([code, data.userId, requestId], [1, person.userId, response.headers.get('x-request-id')]);
    const lists = Object.entries(data).filter(([, value]) => Array.isArray(value));
    assert.deepEqual(lists.filter(([, documents]) => documents.length === 0), [], 'every collection has something of theirs');
    const [user] = data.users as Array<{ phone: { purePhoneNumber: string } }>;
    assert.equal(user.phone.purePhoneNumber, person.names[3]);
    for (const name of person.names) assert.ok(text.includes(name), name);
    const { openids } = data;
    const stored = await hub().app.model.Openid.findOne({ openid: person.openid }).lean();
    const session = await hub().app.model.Session.findOne({ openid: person.openid }).lean();
    assert.ok(stored?.sessionKey && session);
    assert.equal(openids.length, 2);
    for (const secret of ['sessionKey', stored.sessionKey.cipher, session._id, person.token, 'cipher']) assert.ok(!text.includes(secret), secret);
    assert.equal(data.messages.length, await hub().app.model.Message.countDocuments({ openid: { $in: [person.openid, person.names[1]] } }));
    const byKey = await get(`/api/server/users/${person.userId}/export`, KEY);
    assert.equal((JSON.parse(await byKey.text()) as Copy).data.messages.length, data.messages.length);
    assert.equal(await hub().app.model.AuditLog.countDocuments({ action: 'user.export', target: person.userId, who: 'api' }), 1);
  });

  it('is refused with RATE_LIMITED when too many are made at once, and is not valid JSON when it breaks off', async () => {
    const { app } = hub();
    const person = await knownEverywhere(hub());
    const taken = [1, 2, 3, 4].map(() => app.copies.take());
    try {
      assert.equal(await hub().fails('GET', '/api/me/export', undefined, person.token), 'RATE_LIMITED');
    } finally {
      for (const giveBack of taken) giveBack?.();
    }
    const { db } = app.mongoose.connection;
    const collection = db?.collection.bind(db);
    Object.assign(db as object, { collection: (name: string) => {
      if (name === 'outbox') throw new Error('the database has gone');
      return collection?.(name);
    } });
    try {
      await assert.rejects(get('/api/me/export', person.token).then(response => response.text()).then(text => JSON.parse(text) as unknown));
    } finally {
      delete (db as unknown as { collection?: unknown }).collection;
    }
    assert.equal(app.copies.free, 4);
  });
});
