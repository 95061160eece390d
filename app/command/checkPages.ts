import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { openApiDocument } from '../schema/openapi';

const ROOT = resolve(__dirname, '../..');
const CACHE = resolve(ROOT, 'node_modules/.cache');
const DOCUMENT = resolve(CACHE, 'openapi.json');
/** All pages at once: they share what takes long to read, the types of their components. */
const PAGES = resolve(ROOT, 'app/tsconfig.pages.json');
/** Generated at each check and never committed, so that page and server cannot drift apart. */
const TYPES = resolve(ROOT, 'app/console/api/schema.d.ts');

/** Runs a package's command. @return whether it succeeded */
function run(script: string, ...args: string[]): boolean {
  return spawnSync(process.execPath, [resolve(ROOT, 'node_modules', script), ...args], { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0;
}

/** Type-checks the pages against the types of our own OpenAPI document. @return whether they fit */
function checkPages(): boolean {
  mkdirSync(CACHE, { recursive: true });
  writeFileSync(DOCUMENT, JSON.stringify(openApiDocument('types')));
  if (!run('openapi-typescript/bin/cli.js', DOCUMENT, '--output', TYPES)) return false;
  return spawnSync(process.execPath, [resolve(ROOT, 'node_modules/vue-tsc/bin/vue-tsc.js'), '--noEmit', '--project', PAGES], { stdio: 'inherit' }).status === 0;
}

if (!checkPages()) process.exitCode = 1;
