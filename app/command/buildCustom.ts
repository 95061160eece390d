import { readCustomDir } from '../../config/env';
import type { CustomCompiler } from '../custom/compile';
import { isThere } from '../custom/directory';

/** Milliseconds between two looks: editors replace files, and the system's change notices lose replaced files. */
const LOOK_EVERY_MS = 500;

function report(dir: string, problems: string | undefined): void {
  if (problems !== undefined) console.error(`${problems}\nThe code in CUSTOM_DIR (${dir}) does not compile: nothing of it has been built anew. Correct the lines above.`);
}

/** Compiles whenever a source has changed, until the process is ended. */
function compileOnChange(dir: string, compiler: CustomCompiler): void {
  setInterval(() => {
    if (!compiler.hasChanged()) return;
    const problems = compiler.build();
    if (problems === undefined) console.log(`Compiled anew: ${dir}`);
    else report(dir, problems);
  }, LOOK_EVERY_MS);
}

/** Part of `npm run build`: compiles the team's own code, if there is any. With --watch, again at each change. */
async function main(): Promise<void> {
  const dir = readCustomDir();
  if (!isThere(dir)) return;
  // The compiler takes a while to load.
  const { CustomCompiler } = await import('../custom/compile');
  const compiler = new CustomCompiler(dir);
  const problems = compiler.build();
  report(dir, problems);
  if (process.argv.includes('--watch')) compileOnChange(dir, compiler);
  else if (problems !== undefined) process.exitCode = 1;
}

main().catch((error: NodeJS.ErrnoException) => {
  const { code, message } = error;
  console.error(code ? `CUSTOM_DIR: the code cannot be compiled (${message}): what is compiled is written beside its source.` : error);
  process.exitCode = 1;
});
