import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { APP } from './app.mjs';
import { Child } from './child.mjs';
import { BenchError } from './error.mjs';

const LAUNCHER = fileURLToPath(new URL('../../app/boot/start.js', import.meta.url));

/**
 * Starts this project for production, the way `npm start` does it.
 * @param {{ name: string, database: { url: string }, probes: import('./probes.mjs').Probes, workers: number,
 *   rules?: object[], env?: Record<string, string> }} options reply rules, and further variables
 * @return {Promise<{ port: number, probe, stop(): Promise<void> }>}
 */
export async function startProject({ name, database, probes, workers = 1, rules = replyRules(), env = {} }) {
  if (!existsSync(LAUNCHER)) throw new BenchError('The project is not built: run "npm run build" first.');
  const dir = await mkdtemp(join(tmpdir(), 'weapp-hub-bench-'));
  const rulesFile = join(dir, 'rules.json');
  await writeFile(rulesFile, JSON.stringify(rules));
  const port = await freePort();
  const expected = probes.expect('app_worker.js', workers);
  const child = new Child(name, [LAUNCHER], {
    ...expected.env,
    NODE_ENV: 'production',
    WORKERS: String(workers),
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
    ...env,
  });
  const stop = async () => {
    await child.stop();
    await rm(dir, { recursive: true, force: true });
  };
  try {
    const probe = await child.until(expected.connected);
    await child.until(ready(port));
    return { port, probe, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * Twenty rules, such as a shop has, none of which fits the benchmark's messages: each push is compared with all rules
 * for texts.
 */
export function replyRules() {
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
