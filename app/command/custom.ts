import { cpSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { readCustomDir } from '../../config/env';
import { makeDirectory } from '../boot/precheck';
import { showUsageWhenAsked } from './usage';

showUsageWhenAsked('custom');

const ROOT = resolve(__dirname, '../..');
const EXAMPLE = join(ROOT, 'examples/custom');

/** For the editor only: the build uses our own options, so nothing breaks when this file or directories change. */
function editorConfig(dir: string): object {
  const hub = relative(dir, ROOT) || '.';
  return {
    extends: `${hub}/tsconfig.json`,
    compilerOptions: {
      noEmit: true,
      incremental: false,
      noUnusedLocals: false,
      noUnusedParameters: false,
      typeRoots: [`${hub}/node_modules/@types`],
      paths: { 'weapp-hub': [`${hub}/modules/weapp-hub`], 'weapp-hub/*': [`${hub}/modules/weapp-hub/*`], '*': ['./node_modules/*', `${hub}/node_modules/*`] },
    },
    files: [`${hub}/typings/index.d.ts`],
    include: ['**/*.ts', `${hub}/typings/**/*.d.ts`],
    exclude: ['node_modules'],
    references: [{ path: `${hub}/packages/embedded-mongodb` }],
  };
}

const isCompiled = (path: string) => path.endsWith('.js');

function filesIn(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && !isCompiled(entry.name))
    .map(entry => relative(dir, join(entry.parentPath, entry.name))).sort();
}

function whatNext(dir: string): string {
  const given = dir === resolve(ROOT, 'custom') ? '' : `CUSTOM_DIR=${dir} `;
  return `
What next:
  ${given}npm run test:custom    runs its tests (npm test does, too)
  ${given}npm run dev            starts the server with it; what you save counts at once
  ${given}npm start              the same in production

Then try it (docs/custom.md explains each file):
  POST /api/custom/memos {"text": "…"}   with the token of a login
  GET  /api/custom/memos

The directory is yours: git and upgrades of weapp-hub leave it alone. Keep it in a repository of its own.`;
}

/** `npm run custom`: writes a working example of the team's own code into CUSTOM_DIR. Existing files are left alone. */
function main(): void {
  const dir = readCustomDir();
  try {
    if (existsSync(dir) && readdirSync(dir).length > 0) {
      console.error(`${dir} is there already and is not touched: set CUSTOM_DIR to another directory, or remove it first.`);
      process.exitCode = 1;
      return;
    }
    makeDirectory(dir);
    for (const file of filesIn(EXAMPLE)) {
      cpSync(join(EXAMPLE, file), join(dir, file), { errorOnExist: true, force: false });
      console.log(`wrote ${join(dir, file)}`);
    }
    writeFileSync(join(dir, 'tsconfig.json'), `${JSON.stringify(editorConfig(dir), null, 2)}\n`, { flag: 'wx' });
    console.log(`wrote ${join(dir, 'tsconfig.json')}`);
    console.log(whatNext(dir));
  } catch (error) {
    console.error(`${dir} cannot be written (${(error as NodeJS.ErrnoException).code ?? (error as Error).message}): set CUSTOM_DIR to a directory that can.`);
    process.exitCode = 1;
  }
}

main();
