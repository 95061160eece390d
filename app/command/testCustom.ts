import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readCustomDir } from '../../config/env';
import { nodePath } from '../custom/directory';

const ROOT = resolve(__dirname, '../..');

/** The last part of `npm test`, and `npm run test:custom`: runs the tests of the team's own code, if there are any. */
function main(): void {
  const dir = readCustomDir();
  if (!existsSync(join(dir, 'test'))) return console.log(`There are no tests of your own: ${join(dir, 'test')} is not there.`);
  console.log(`Your own tests, of ${dir}:`);
  const mocha = spawn(process.execPath, [
    '--enable-source-maps', join(ROOT, 'node_modules/mocha/bin/mocha.js'), '--no-config', '--require', join(ROOT, 'test/support/setupCustom.js'),
    '--timeout', '20000', '--exit', join(dir, 'test/**/*.test.js'),
  ], { cwd: ROOT, stdio: 'inherit', env: { ...process.env, NODE_PATH: nodePath(process.env.NODE_PATH), TEST_CUSTOM_DIR: dir } });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => mocha.kill(signal));
  mocha.on('exit', code => { process.exitCode = code ?? 1; });
}

main();
