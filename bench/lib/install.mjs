import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { BenchError } from './error.mjs';

const BENCH = new URL('../', import.meta.url);

/**
 * Installs the packages of bench/package.json when they are not there in the versions it names.
 * @throws {BenchError} when npm fails
 */
export function install() {
  const { dependencies } = readJson('package.json');
  const missing = Object.entries(dependencies).filter(([name, version]) => readJson(`node_modules/${name}/package.json`)?.version !== version);
  if (missing.length === 0) return;
  console.log('First run: installing what the benchmark compares with (npm --prefix bench ci) …');
  const { status, error, stderr } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: fileURLToPath(BENCH), stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8', shell: process.platform === 'win32',
  });
  if (status === 0) return;
  const why = error?.message ?? stderr.trim().split('\n').slice(-3).join('\n');
  throw new BenchError(`The benchmark's packages could not be installed. Is the npm registry within reach?\n${why}`);
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(new URL(path, BENCH), 'utf8'));
  } catch {
    return undefined;
  }
}
