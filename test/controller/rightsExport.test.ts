import assert from 'node:assert/strict';
import { request } from 'node:http';
import { useApp } from '../support/app';
import { MINI } from '../support/environment';
import { knownEverywhere } from '../support/everywhere';
import { nextOrder } from '../../app/lib/order';
import { until } from '../support/until';

const KEY = 'test-api-key-1';
const MESSAGES = 100_000;

interface Copy {
  code: number;
  requestId: string;
  data: Record<string, Array<Record<string, unknown>>> & { userId: string };
}

describe('a copy of all that is kept of a person', () => {
  const hub = useApp();
  const get = (path: string, token: string) => fetch(`${hub().url}${path}`, { headers: { authorization: `Bearer ${token}` } });
  const cursors = async () => Number((await hub().app.mongoose.connection.db?.command({ serverStatus: 1 }))?.metrics?.cursor?.open?.total ?? 0);

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

  it('is read as fast as it is taken: memory stays flat with 100,000 messages, and ends with who leaves', async () => {
    const { app } = hub();
    const person = await knownEverywhere(hub());
    const filler = 'x'.repeat(1_000);
    for (let begun = 0; begun < MESSAGES; begun += 5_000) {
      await app.model.Message.collection.insertMany(Array.from({ length: 5_000 }, (_, index) => ({
        _id: `${MINI.appid}:${person.openid}:big${begun + index}`, appid: MINI.appid, openid: person.openid, type: 'text', content: filler, payload: { Content: filler },
        receivedAt: new Date(Date.now() - begun - index), order: nextOrder(), state: 'handled', duplicates: 0,
      })) as never);
    }
    const idle = await cursors();
    // In this process, too, is the database's client, the sandbox and this test: all of them together stay below.
    const bound = 160 << 20;
    let most = 0;
    const began = process.memoryUsage().rss;
    const take = (leaveAfter = Infinity) => new Promise<{ bytes: number; tail: string }>((resolve, reject) => {
      const asked = request(`${hub().url}/api/me/export`, { headers: { authorization: `Bearer ${person.token}` } }, response => {
        let bytes = 0;
        let tail = '';
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          tail = (tail + String(chunk)).slice(-200);
          const { rss } = process.memoryUsage();
          most = Math.max(most, rss - began);
          if (bytes > leaveAfter) {
            asked.destroy();
            resolve({ bytes, tail });
          } else if (bytes % 7 === 0) {
            response.pause();
            setTimeout(() => response.resume(), 1);
          }
        });
        response.on('end', () => resolve({ bytes, tail }));
        response.on('error', reject);
      });
      asked.on('error', error => (leaveAfter === Infinity ? reject(error) : undefined));
      asked.end();
    });
    const { bytes, tail } = await take();
    assert.ok(bytes > MESSAGES * 2_000, `${bytes} bytes`);
    assert.match(tail, /,"message":"ok","requestId":"[^"]+"\}\n$/);
    assert.ok(most < bound, `${Math.round(most / (1 << 20))} MiB more for ${Math.round(bytes / (1 << 20))} MiB`);
    // Places and cursors are given back, also by who leaves in the middle.
    for (let left = 0; left < 6; left++) await take(1_000_000);
    await until(async () => app.copies.free, free => free === 4);
    await until(cursors, open => open <= idle);
  }).timeout(120_000);

  it('is refused with RATE_LIMITED when too many are made at once, and is no JSON when it breaks off', async () => {
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
