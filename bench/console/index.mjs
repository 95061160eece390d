import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { APP } from '../lib/app.mjs';
import { startProject } from '../lib/project.mjs';
import { withSession } from '../lib/session.mjs';
import { median } from '../lib/statistics.mjs';
import { printRows, printSetting } from '../lib/table.mjs';
import { startWechat } from '../lib/wechat.mjs';
import { Client } from './client.mjs';
import { fill, STEPS } from './fill.mjs';
import { questions } from './lists.mjs';
import { DATA_KEY, OFFICIAL, SMALL } from './people.mjs';

export const DEFAULTS = { people: 100_000, messages: 1_000_000, rows: 200_000 };

const ADMIN = { username: 'admin', password: 'bench-password' };
const CALLS = 5;
/** What every list and search is to stay below, in milliseconds. */
const LIMIT = 300;

/**
 * The console benchmark: every list, search and page of the console, one call at a time, over a filled database.
 * @param {{ people: number, messages: number, rows: number, data?: string, only?: string }} options `data` is a directory that keeps the filled
 *   embedded database for another run
 */
export async function run({ data, only = '', ...wanted }) {
  await withSession(STEPS + questions({ now: 0 }).filter(({ path }) => path.includes(only)).length, async session => {
    const { databases, probes, progress } = session;
    const dir = await mkdtemp(join(tmpdir(), 'weapp-hub-bench-'));
    const apps = join(dir, 'apps.json');
    await writeFile(apps, JSON.stringify([{ appid: SMALL, kind: 'miniprogram', name: 'small', secret: 'bench-secret', token: APP.token }]));
    const wechat = await session.start(startWechat());
    const database = databases.of('console');
    const start = () => session.start(startProject({
      name: 'this project', database, probes, rules: [],
      env: {
        DATA_KEY, WECHAT_API_BASE: wechat.base, ADMIN_USERNAME: ADMIN.username, ADMIN_PASSWORD: ADMIN.password, WECHAT_APPS_FILE: apps,
        OFFICIAL_APPID: OFFICIAL, OFFICIAL_SECRET: 'bench-secret', OFFICIAL_TOKEN: APP.token, LOG_LEVEL: 'error',
      },
    }));
    const { port } = await start();
    const size = await fill(database.db, wanted, progress);
    const client = await Client.signIn(port, ADMIN);
    const rows = [];
    for (const question of questions(size).filter(({ path }) => path.includes(only))) {
      progress.say(question.path);
      const row = await measured(client, question);
      rows.push(row);
      progress.step(`${question.path}: ${[row.first, row.second].filter(times => times).map(times => `${median(times).toFixed(0)} ms, at worst ${Math.max(...times).toFixed(0)}`).join('; ')}`);
    }
    progress.end();
    print(rows, size, databases.kind);
    await rm(dir, { recursive: true, force: true });
  }, { dir: data });
}

/** Each page is asked for five times: the first, and the one after it. */
async function measured(client, { path, list, by = 'cursor', count }) {
  const target = path.split(' ')[0];
  const first = await several(client, target, count);
  const { items, next } = first.data ?? {};
  const second = list && next ? await several(client, `${target}${target.includes('?') ? '&' : '?'}${by}=${encodeURIComponent(next)}`) : undefined;
  return { path, found: count ? first.data.count : items?.length, first: first.times, second: second?.times };
}

async function several(client, path, body) {
  const answers = [];
  for (let call = 0; call < CALLS; call++) answers.push(await client.ask(path, body));
  return { data: answers[0].data, times: answers.map(({ ms }) => ms) };
}

function print(rows, { people, messages, rows: outbox }, database) {
  const n = value => value.toLocaleString('en-US');
  printSetting(`Console: ${n(people)} people, ${n(messages)} messages, ${n(outbox)} outgoing ones; ${CALLS} calls of each, one at a time, milliseconds.`, database);
  const told = times => (times ? [median(times).toFixed(0), Math.max(...times).toFixed(0)] : ['', '']);
  const slow = rows.filter(({ first, second = [] }) => Math.max(...first, ...second) > LIMIT);
  printRows([
    ['', 'found', 'first page: median', 'worst', 'second page: median', 'worst', ''],
    ...rows.map(row => [`\`${row.path}\``, row.found ?? '', ...told(row.first), ...told(row.second), slow.includes(row) ? 'slow' : '']),
  ]);
  console.log(slow.length === 0 ? `All below ${LIMIT} ms.` : `${slow.length} of ${rows.length} above ${LIMIT} ms.`);
}
