import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Child } from '../lib/child.mjs';
import { BenchError } from '../lib/error.mjs';
import { APP } from './pushes.mjs';

const LAUNCHER = fileURLToPath(new URL('../../app/boot/start.js', import.meta.url));
const PROBE = fileURLToPath(new URL('../lib/probe.cjs', import.meta.url));

/** Who takes part: `collection` is where a contestant stores, `path` where it listens, `accepts` what it answers. */
export const CONTESTANTS = [
  { id: 'a', name: 'this project', collection: 'messages', path: '/message/check', accepts: body => body === 'success', start: startProject },
  { id: 'b', name: 'node:http + saxes + driver, insertOne', collection: 'bare', path: '/', accepts: body => body === 'success', start: startServer('bare.mjs') },
  { id: 'c', name: 'the same, inserts grouped', collection: 'grouped', path: '/', accepts: body => body === 'success', start: startServer('grouped.mjs') },
  { id: 'd', name: 'Koa + co-wechat + Mongoose', collection: 'koa', path: '/', accepts: body => body === '', start: startServer('koa.mjs') },
];

/** The production start with one worker, the way `npm start` does it. */
async function startProject({ name }, { database, probes, probePort }) {
  if (!existsSync(LAUNCHER)) throw new BenchError('The project is not built: run "npm run build" first.');
  const dir = await mkdtemp(join(tmpdir(), 'weapp-hub-bench-'));
  const rulesFile = join(dir, 'rules.json');
  await writeFile(rulesFile, JSON.stringify(replyRules()));
  const port = await freePort();
  const child = new Child(name, [LAUNCHER], {
    ...probed(probePort, 'app_worker.js'),
    WORKERS: '1',
    PORT: String(port),
    MONGODB_URL: database.url,
    DATA_KEY: randomBytes(32).toString('base64'),
    SPOOL_DIR: join(dir, 'spool'),
    REPLY_RULES_FILE: rulesFile,
    SANDBOX: 'off',
    MINIPROGRAM_APPID: APP.appid,
    MINIPROGRAM_SECRET: APP.secret,
    MINIPROGRAM_TOKEN: APP.token,
    MINIPROGRAM_AES_KEY: APP.aesKey,
  });
  const stop = async () => {
    await child.stop();
    await rm(dir, { recursive: true, force: true });
  };
  try {
    const probe = await child.until(probes.next());
    await child.until(ready(port));
    return { port, probe, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function startServer(file) {
  const path = fileURLToPath(new URL(`servers/${file}`, import.meta.url));
  return async ({ name }, { database, probes, probePort }) => {
    const child = new Child(name, [path], {
      ...probed(probePort, file),
      BENCH_DATABASE: database.url, BENCH_APPID: APP.appid, BENCH_TOKEN: APP.token, BENCH_AES_KEY: APP.aesKey,
    });
    try {
      const [probe, [{ port }]] = await child.until(Promise.all([probes.next(), once(child.process, 'message')]));
      return { port, probe, stop: () => child.stop() };
    } catch (error) {
      await child.stop();
      throw error;
    }
  };
}

function probed(port, serves) {
  return { NODE_OPTIONS: `--require="${PROBE}"`, NODE_ENV: 'production', BENCH_PROBE_PORT: String(port), BENCH_SERVES: serves };
}

/** Twenty rules such as a shop has, of which none fits what the benchmark sends: each push is matched against all for texts. */
function replyRules() {
  const when = index => [
    { type: 'text', match: 'equals', text: `keyword ${index}` },
    { type: 'text', match: 'contains', text: `price ${index}` },
    { type: 'text', match: 'regex', text: `^(ticket|invoice) #?${index}\\d{6}$` },
    { type: 'event', event: 'user_enter_tempsession', eventKey: `page-${index}` },
  ][index % 4];
  return Array.from({ length: 20 }, (_, index) => ({
    _id: `bench-${index}`, order: index, enabled: true, when: when(index),
    reply: { via: 'custom', message: { msgtype: 'text', text: { content: `answer ${index}` } } },
  }));
}

async function ready(port) {
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(100);
  }
}

async function freePort() {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address();
  await new Promise(resolve => server.close(resolve));
  return port;
}
