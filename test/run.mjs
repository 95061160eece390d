// npm test: three runs of mocha at the same time, because most of the suite's time is waiting. The output of the others
// is shown when the first has ended; the process ends with 1 when one of them has failed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';

const MOCHA = createRequire(import.meta.url).resolve('mocha/bin/mocha.js');
const began = Date.now();

function run(group, stdio) {
  const child = spawn(process.execPath, [MOCHA, ...process.argv.slice(2)], { stdio, env: { ...process.env, TEST_GROUP: group, FORCE_COLOR: process.stdout.isTTY ? '1' : '0' } });
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => child.kill(signal));
  const chunks = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', chunk => chunks.push(chunk));
  return once(child, 'close').then(([code]) => ({ group, code: code ?? 1, output: Buffer.concat(chunks).toString() }));
}

const behind = [run('processes', ['ignore', 'pipe', 'pipe']), run('http', ['ignore', 'pipe', 'pipe'])];
const ended = [await run('app', 'inherit')];
for (const other of behind) {
  ended.push(await other);
  process.stdout.write(ended.at(-1).output);
}
const failed = ended.filter(({ code }) => code !== 0);
for (const { group } of failed) console.log(`The tests of "${group}" have failed: see above.`);
console.log(`All of it took ${((Date.now() - began) / 60_000).toFixed(1)} minutes.`);
process.exitCode = failed[0]?.code ?? 0;
