// What npm test runs once everything is built: the groups of the suite, one more at the same time than there are cores, since much of
// what they do is wait, and, with what they leave of the machine, the linter and the type check of the pages. The first group is shown
// as it goes, each of the others when both have ended; the process ends with 1 when any part has failed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { availableParallelism, constants, setPriority } from 'node:os';
import groups from './groups.cjs';

const MOCHA = [process.execPath, createRequire(import.meta.url).resolve('mocha/bin/mocha.js'), ...process.argv.slice(2)];
const [FIRST, ...OTHERS] = groups.GROUPS;

const began = Date.now();
const minutes = () => `${((Date.now() - began) / 60_000).toFixed(1)} minutes`;
const failed = [];
const shown = [];

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
  if (code !== 0) failed.push(name);
  const told = `${name}: ${code === 0 ? 'passed' : 'FAILED'} after ${minutes()}\n`;
  shown.push(Promise.resolve(after).then(() => process.stdout.write(Buffer.concat([...chunks, Buffer.from(told)]))));
}

const suite = (group, after) => part(`the tests of "${group}"`, MOCHA, { group, after });
/** Runs what is left of the groups, one after the other. */
async function others(after) {
  for (let group; (group = OTHERS.shift());) await suite(group, after);
}

const first = suite(FIRST);
await Promise.all([
  first.then(() => others(first)),
  ...Array.from({ length: availableParallelism() }, () => others(first)),
  ...['lint', 'check:pages'].map(name => part(`npm run ${name}`, ['npm', 'run', '--silent', name], { after: Promise.resolve() })),
]);
await Promise.all(shown);
console.log(`All of it took ${minutes()}.${failed.length > 0 ? ` FAILED: ${failed.join(', ')}; see above.` : ''}`);
process.exitCode = failed.length > 0 ? 1 : 0;
