// What npm test runs once everything is built, all of it at the same time: the groups of the suite, most of which is waiting, and, with
// what they leave of the machine, the linter and the type check of the pages. The first group is shown as it goes, each of the others
// when both have ended; the process ends with 1 when any part has failed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { constants, setPriority } from 'node:os';
import groups from './groups.cjs';

const MOCHA = [process.execPath, createRequire(import.meta.url).resolve('mocha/bin/mocha.js'), ...process.argv.slice(2)];
const [FIRST, ...OTHERS] = groups.GROUPS;

const began = Date.now();
const minutes = () => `${((Date.now() - began) / 60_000).toFixed(1)} minutes`;
const failed = [];

/**
 * Runs a part, shows what it has printed, and notes whether it has failed.
 * @param after what its output has to wait for; when left out, it is shown as it goes
 */
async function part(name, [command, ...parameters], { group, after }) {
  const env = { ...process.env, ...(group ? { TEST_GROUP: group } : {}), FORCE_COLOR: process.stdout.isTTY ? '1' : '0' };
  const child = spawn(command, parameters, { stdio: after ? ['ignore', 'pipe', 'pipe'] : 'inherit', env });
  // Tests wait for each other with time-outs: the other parts take what they leave.
  if (!group) setPriority(child.pid, constants.priority.PRIORITY_LOW);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => child.kill(signal));
  const chunks = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', chunk => chunks.push(chunk));
  const [code] = await once(child, 'close');
  const took = minutes();
  await after;
  process.stdout.write(Buffer.concat(chunks));
  console.log(`${name}: ${code === 0 ? 'passed' : 'FAILED'} after ${took}`);
  if (code !== 0) failed.push(name);
}

const suite = (group, after) => part(`the tests of "${group}"`, MOCHA, { group, after });
const first = suite(FIRST);
await Promise.all([
  first,
  ...OTHERS.map(group => suite(group, first)),
  ...['lint', 'check:pages'].map(name => part(`npm run ${name}`, ['npm', 'run', '--silent', name], { after: Promise.resolve() })),
]);
console.log(`All of it took ${minutes()}.${failed.length > 0 ? ` FAILED: ${failed.join(', ')}; see above.` : ''}`);
process.exitCode = failed.length > 0 ? 1 : 0;
