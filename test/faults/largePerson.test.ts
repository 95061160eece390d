import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { MINI } from '../support/environment';
import { Server } from '../support/server';
import { until } from '../support/until';

const MESSAGES = 100_000;
/**
 * Bytes of one copy, about, and how much more memory the worker may use in the copy's second half than in the first:
 * held in memory, it would be 108 MiB.
 */
const COPY = 216 << 20;
const BOUND = 32 << 20;
/** Memory in MiB in which no process could hold the copy. */
const HEAP = 128;

describe(`a person with ${MESSAGES} messages`, () => {
  let server: Server;
  before(async function() {
    this.timeout(60_000);
    server = await Server.start({ WORKERS: '1', NODE_OPTIONS: `--max-old-space-size=${HEAP}` });
  });
  after(() => server?.stop());

  const logIn = async (who: object = {}) => {
    const { code } = await server.sandbox.post<{ code: string }>('/login-code', who);
    return server.ok<{ token: string; openid: string }>('POST', '/api/jscode2session', { code, appid: MINI.appid });
  };
  const memory = () => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${server.workers()[0]}/status`, 'utf8'))?.[1]) * 1024;
  const openCursors = async () => Number((await (await server.database()).command({ serverStatus: 1 })).metrics?.cursor?.open?.total ?? 0);

  /** Reads a copy, sometimes slowly. @param leaveAfter bytes after which the connection is cut */
  const take = (token: string, leaveAfter = Infinity) => new Promise<{ bytes: number; tail: string; most: [number, number] }>((resolve, reject) => {
    const asked = request(`${server.url}/api/me/export`, { headers: { authorization: `Bearer ${token}` } }, response => {
      let bytes = 0;
      let chunks = 0;
      const most: [number, number] = [0, 0];
      let tail = '';
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        tail = (tail + chunk.toString('latin1')).slice(-200);
        if (chunks++ % 100 === 0) {
          const half = bytes < COPY / 2 ? 0 : 1;
          most[half] = Math.max(most[half], memory());
          response.pause();
          setTimeout(() => response.resume(), 5);
        }
        if (bytes <= leaveAfter) return;
        asked.destroy();
        resolve({ bytes, tail, most });
      });
      response.on('end', () => resolve({ bytes, tail, most }));
      response.on('error', error => (leaveAfter === Infinity ? reject(error) : undefined));
    });
    asked.on('error', error => (leaveAfter === Infinity ? reject(error) : undefined));
    asked.end();
  });

  it('gets a copy at the reader\'s pace, in constant memory, and is erased', async () => {
    const { token, openid } = await logIn();
    const messages = (await server.database()).collection<{ _id: string }>('messages');
    const filler = 'x'.repeat(1_000);
    for (let begun = 0; begun < MESSAGES; begun += 5_000) {
      await messages.insertMany(Array.from({ length: 5_000 }, (_, index) => ({
        _id: `${MINI.appid}:${openid}:${begun + index}`, appid: MINI.appid, openid, type: 'text', content: filler, payload: { Content: filler },
        receivedAt: new Date(Date.now() - begun - index), order: begun + index, state: 'handled', duplicates: 0,
      } as { _id: string })));
    }
    const idle = await openCursors();
    const { bytes, tail, most } = await take(token);
    console.log(`      a copy of ${(bytes / (1 << 20)).toFixed(0)} MiB, the worker had ${most.map(part => (part / (1 << 20)).toFixed(0)).join(' and ')} MiB at most in its two halves`);
    assert.ok(bytes > MESSAGES * 2_000, `${bytes} bytes`);
    assert.match(tail, /,"message":"ok","requestId":"[^"]+"\}\n$/);
    assert.ok(most[1] - most[0] < BOUND, `${((most[1] - most[0]) / (1 << 20)).toFixed(0)} MiB more in the second half`);
    // A reader who leaves in the middle frees one of the four places, and the cursor.
    for (let left = 0; left < 6; left++) await until(() => take(token, 1_000_000), ({ bytes: taken }) => taken > 1_000_000);
    await until(openCursors, open => open <= idle);
    const began = Date.now();
    assert.equal((await server.call('DELETE', '/api/me', undefined, token)).code, 1);
    const answered = Date.now() - began;
    const erasures = (await server.database()).collection('erasures');
    await until(() => erasures.findOne({ told: true }), found => found !== null, 60);
    assert.equal(await messages.countDocuments({ openid }), 0);
    console.log(`      erased: answered after ${answered} ms, over after ${Date.now() - began} ms`);
  }).timeout(180_000);
});
