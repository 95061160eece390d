import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Child } from '../lib/child.mjs';
import { sharedNow } from '../lib/clock.mjs';
import { Connection } from '../lib/connection.mjs';
import { BenchError } from '../lib/error.mjs';
import { openidOf } from '../lib/people.mjs';
import { startProject } from '../lib/project.mjs';
import { securePushes } from '../lib/pushes.mjs';
import { httpRequest } from '../lib/request.mjs';
import { withSession } from '../lib/session.mjs';
import { slope } from '../lib/statistics.mjs';
import { assertCount } from '../lib/store.mjs';
import { printRows, printSetting } from '../lib/table.mjs';

export const DEFAULTS = { minutes: 10, rate: 200, consoles: 50 };

const LISTENERS = fileURLToPath(new URL('listenersProcess.mjs', import.meta.url));
const WORKERS = 2;
/** Consoles that share a session, as the tabs of a browser do. */
const TABS = 5;
const ADMIN = { username: 'bench', password: 'correct-horse-battery' };
const MB = 1024 * 1024;
/** Seconds after the last push by which every console is to have been told. */
const PATIENCE = 10;

/**
 * Consoles that stay open while people write: how long after the answer to a push each of them is told of it, and what
 * that does to the memory of the workers.
 * @param {{ minutes: number, rate: number, consoles: number }} options pushes per second
 */
export async function run({ minutes, rate, consoles }) {
  await withSession(minutes, async session => {
    const { databases, probes, progress } = session;
    progress.say('starting two workers');
    const database = databases.of('consoles');
    const env = { ADMIN_USERNAME: ADMIN.username, ADMIN_PASSWORD: ADMIN.password };
    const project = await session.start(startProject({ name: 'this project', database, probes, workers: WORKERS, env }));
    // The administrator of the variables is made after the start.
    await assertCount(database.db.collection('admins'), {}, 1, 'this project');
    const cookies = [];
    for (let i = 0; i < Math.ceil(consoles / TABS); i++) cookies.push(await signIn(project.port));
    const listeners = await session.start(startListeners());
    await listeners.open({ port: project.port, cookies, consoles });
    const memory = [await project.probe.memory()];
    const began = performance.now();
    for (let minute = 1; minute <= minutes; minute++) {
      await pushFor(60_000, { port: project.port, rate, listeners }, began + (minute - 1) * 60_000);
      memory.push(await project.probe.memory());
      progress.step(`minute ${minute}: ${write(total(memory[minute]))} MB`);
    }
    const report = await settled(listeners);
    progress.end();
    printSetting(`Consoles: ${consoles} open, ${rate} pushes a second, each of another person, on ${WORKERS} workers for ${minutes} minutes.`, databases.kind);
    printDelays(report);
    printMemory(memory);
    if (report.missing + report.twice + report.broken > 0) {
      throw new BenchError(`${report.missing} events are missing, ${report.twice} came twice, ${report.broken} streams broke off.`);
    }
  });
}

/** @return {Promise<string>} the cookie of a session */
async function signIn(port) {
  const answer = await fetch(`http://127.0.0.1:${port}/console/api/session`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(ADMIN) });
  if (!answer.ok) throw new BenchError(`Signing in was answered ${answer.status}.`);
  return answer.headers.get('set-cookie').split(';')[0];
}

async function startListeners() {
  const child = new Child('The consoles', [LISTENERS], {});
  const ask = async command => {
    child.process.send(command);
    const [answer] = await once(child.process, 'message');
    return answer;
  };
  return {
    open: options => child.until(ask({ open: options })),
    answered: pushes => child.process.send({ answered: pushes }),
    report: async () => (await ask({ report: true })).report,
    stop: () => child.stop(),
  };
}

/** Pushes at a steady rate, whether or not those before have been answered. */
async function pushFor(ms, { port, rate, listeners }, began) {
  const free = [];
  const open = [];
  const answered = [];
  const push = async () => {
    const [{ id, request }] = securePushes('/message/check', 1);
    let connection = free.pop();
    if (!connection) open.push(connection = await Connection.open(port));
    const { status, body } = await connection.exchange(request);
    if (status !== 200) throw new BenchError(`answered ${status} ${body.slice(0, 200)}`);
    answered.push([openidOf(id), sharedNow()]);
    free.push(connection);
  };
  const under = new Set();
  let failure;
  for (let next = 0; next < ms * rate / 1000;) {
    for (const passed = performance.now() - began; next < ms * rate / 1000 && next * 1000 / rate <= passed; next++) {
      const one = push().catch(error => { failure = error; }).finally(() => under.delete(one));
      under.add(one);
    }
    if (failure) throw failure;
    if (answered.length > 0) listeners.answered(answered.splice(0));
    await sleep(5);
  }
  await Promise.all(under);
  if (failure) throw failure;
  listeners.answered(answered.splice(0));
  for (const connection of open) connection.close();
}

async function settled(listeners) {
  for (const deadline = Date.now() + PATIENCE * 1000; ;) {
    const report = await listeners.report();
    if (report.waiting === 0 || Date.now() > deadline) return report;
    await sleep(500);
  }
}

function printDelays({ delays, told }) {
  printRows([
    ['from the answer to a push to each console, ms', 'median', '99 %', '99.9 %', 'longest', 'within 1 s'],
    ...Object.entries(delays).map(([kind, counts]) => [
      `\`${kind}\``, ...[0.5, 0.99, 0.999, 1].map(share => write(placeOf(counts, share))), `${write(shareWithin(counts, 1000) * 100, 2)} %`,
    ]),
  ]);
  console.log(`${write(told)} events.\n`);
}

function printMemory(memory) {
  const rss = memory.map(processes => processes.map(({ rss: used }) => used / MB));
  printRows([
    ['memory of the workers, MB', ...rss[0].map((_, index) => `worker ${index + 1}`), 'heaps used'],
    ...memory.map((processes, minute) => [minute === 0 ? 'before' : `minute ${minute}`, ...rss[minute].map(used => write(used)), write(processes.reduce((sum, { heapUsed }) => sum + heapUsed, 0) / MB)]),
  ]);
  // What is loaded and compiled in the first minutes is no leak.
  const half = Math.floor(memory.length / 2);
  if (memory.length - half > 2) console.log(`Both together, in the second half: ${write(slope(memory.slice(half).map(total)), 1)} MB a minute.\n`);
}

/** Resident memory of all processes, in MB. */
function total(processes) {
  return processes.reduce((sum, { rss }) => sum + rss, 0) / MB;
}

/** The smallest value that a share of all does not exceed. @param {Array<[number, number]>} counts value and how often, ascending */
function placeOf(counts, share) {
  const all = counts.reduce((sum, [, count]) => sum + count, 0);
  let seen = 0;
  for (const [value, count] of counts) if ((seen += count) >= all * share) return value;
  return 0;
}

function shareWithin(counts, most) {
  const all = counts.reduce((sum, [, count]) => sum + count, 0);
  return counts.reduce((sum, [value, count]) => sum + (value <= most ? count : 0), 0) / all;
}

function write(value, digits = 0) {
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
