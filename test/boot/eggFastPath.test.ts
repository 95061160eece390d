import assert from 'node:assert/strict';
import { request } from 'node:http';
import { useApp } from '../support/app';
import { MINI } from '../support/environment';
import { inParallel } from '../support/load';
import { securePush, textXml } from '../support/wechat';

describe('boot/lean', () => {
  const hub = useApp();
  const push = async (id: number, path = '/message/check') => {
    const { query, body } = securePush(MINI, textXml('o-lean', 'hi', id));
    return fetch(`${hub().url}${path}?${query}`, { method: 'POST', body });
  };

  it('answers as before when more paths have been asked for than are remembered', async () => {
    await inParallel(1_100, 50, async index => {
      assert.equal((await fetch(`${hub().url}/message/check/made-up-${index}`)).status, 404);
    });
    for (const path of ['/message/check', `/message/check/${MINI.appid}`]) {
      for (const id of [1, 2]) assert.equal(await (await push(id, path)).text(), 'success');
    }
    const { duplicates } = await hub().app.model.Message.findById(`${MINI.appid}:o-lean:1`).lean() ?? {};
    assert.equal(duplicates, 1);
  });

  it('gives each request the parameters of its own path', async () => {
    const ids = Array.from({ length: 20 }, (_, index) => `id-${index}`);
    await hub().app.model.Outbox.insertMany(ids.map((_id, order) => ({
      _id, kind: 'custom', appid: MINI.appid, openid: 'o', message: {}, lane: 'l', order, state: 'sent', nextAt: new Date(), attempts: 1, createdAt: new Date(),
    })));
    const shown = await Promise.all([...ids, ...ids].map(id => hub().ok<{ id: string }>('GET', `/api/server/messages/${id}`, undefined, 'test-api-key-1')));
    assert.deepEqual(shown.map(({ id }) => id), [...ids, ...ids]);
  });

  it('answers in text with its length, type and request id', async () => {
    const answer = await push(3);
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get('content-type') ?? '', /^text\/plain/);
    assert.equal(answer.headers.get('content-length'), '7');
    assert.match(answer.headers.get('x-request-id') ?? '', /^[0-9a-f-]{36}$/);
  });

  it('goes on when a caller leaves before the answer', async () => {
    const { query, body } = securePush(MINI, textXml('o-lean', 'gone', 4));
    const { hostname, port } = new URL(hub().url);
    await Promise.all(Array.from({ length: 10 }, () => new Promise<void>(done => {
      const leaving = request({ hostname, port, method: 'POST', path: `/message/check?${query}`, headers: { 'content-length': Buffer.byteLength(body) } });
      leaving.once('error', () => done());
      leaving.end(body, () => leaving.destroy(new Error('gone')));
    })));
    assert.equal(await (await push(4)).text(), 'success');
  });
});
