import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');

/** `shared`: directories of other pages that this page imports from. */
interface Page { source: string; output: string; shared: string[] }

/** Pages that are built from their sources into app/public. */
const PAGES: Page[] = [
  { source: resolve(ROOT, 'app/console'), output: resolve(ROOT, 'app/public/console'), shared: [] },
  { source: resolve(ROOT, 'app/sandbox/page'), output: resolve(ROOT, 'app/public/sandbox'), shared: ['lib', 'public', 'styles'].map(name => resolve(ROOT, 'app/console', name)) },
];
/** Inputs of the build outside the sources. */
const DEPENDENCIES = ['vite', 'vue', 'element-plus'];
const STAMP = 'built.txt';
const VITE = resolve(ROOT, 'node_modules/vite/bin/vite.js');

/** Every file below a directory, in a fixed order. */
function filesBelow(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    // Types leave nothing in the built files.
    .filter(entry => entry.isFile() && !entry.name.endsWith('.d.ts')).map(entry => resolve(entry.parentPath, entry.name)).sort();
}

/** The hash of the sources of a build: another hash means another build. */
function stampOf({ source, shared }: Page): string {
  const hash = createHash('sha256');
  for (const directory of [source, ...shared]) {
    for (const file of filesBelow(directory)) hash.update(`${relative(source, file)}\0`).update(readFileSync(file)).update('\0');
  }
  for (const name of DEPENDENCIES) {
    const manifest = resolve(ROOT, 'node_modules', name, 'package.json');
    if (existsSync(manifest)) hash.update((JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version);
  }
  return hash.digest('hex');
}

/**
 * Builds the pages whose sources have changed since they were built: some seconds, or nothing when none has changed.
 * Without the packages that build them, as in a production image, earlier builds stay.
 */
function buildPages(): void {
  for (const page of PAGES) {
    const { source, output } = page;
    const stampFile = resolve(output, STAMP);
    const built = existsSync(stampFile) ? readFileSync(stampFile, 'utf8') : '';
    if (!existsSync(VITE)) {
      if (built === '') console.error(`${relative(ROOT, output)} is not built: run \`npm install\` and \`npm run build\` with the development dependencies first.`);
      continue;
    }
    const stamp = stampOf(page);
    if (built === stamp) continue;
    const { status } = spawnSync(process.execPath, [VITE, 'build', '--config', resolve(source, 'vite.config.mts'), '--logLevel', 'warn'], { stdio: 'inherit' });
    if (status !== 0) {
      process.exitCode = 1;
      return;
    }
    writeFileSync(stampFile, stamp);
  }
}

buildPages();
