import { watch } from 'node:fs';
import { readCustomDir } from '../../config/env';
import { CustomCompiler } from '../custom/compile';
import { isThere } from '../custom/directory';

/** An editor writes a file in several steps. */
const QUIET_MS = 150;

function report(dir: string, problems: string | undefined): void {
  if (problems !== undefined) console.error(`${problems}\nThe code in CUSTOM_DIR (${dir}) does not compile: nothing of it has been built anew. Correct the lines above.`);
}

/** Compiles whenever a source changes, until the process is ended. */
function compileOnChange(dir: string, compiler: CustomCompiler): void {
  let timer: NodeJS.Timeout | undefined;
  watch(dir, { recursive: true }, (_event, name) => {
    if (!name?.endsWith('.ts') || name.includes('node_modules')) return;
    clearTimeout(timer);
    timer = setTimeout(() => report(dir, compiler.build()), QUIET_MS);
  });
}

/** Part of `npm run build`: compiles the team's own code, where there is some. With --watch, again at each change. */
function main(): void {
  const dir = readCustomDir();
  if (!isThere(dir)) return;
  const compiler = new CustomCompiler(dir);
  const watching = process.argv.includes('--watch');
  const problems = compiler.build();
  report(dir, problems);
  if (watching) compileOnChange(dir, compiler);
  else if (problems !== undefined) process.exitCode = 1;
}

main();
