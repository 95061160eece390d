import { existsSync, readdirSync, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');

/** Whether there is code of the team's own: a directory. */
export function isThere(dir: string): boolean {
  return statSync(dir, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Its TypeScript sources, as absolute paths in a fixed order, without those of installed packages. */
export function sourcesIn(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap(entry => {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' || entry.name.startsWith('.') ? [] : sourcesIn(path);
    return entry.name.endsWith('.ts') && !entry.name.endsWith('.d.ts') ? [path] : [];
  }).sort();
}

/** The path of the compiled file of a source. */
export function compiled(source: string): string {
  return source.replace(/\.ts$/, '.js');
}

/** The first source that has not been compiled; undefined when there is none. */
export function uncompiled(dir: string): string | undefined {
  return sourcesIn(dir).find(source => !existsSync(compiled(source)));
}

/**
 * NODE_PATH for processes that load the team's code: wherever that code lies, it finds `egg` and our other packages,
 * and `weapp-hub` in modules/.
 * @param given the present NODE_PATH
 */
export function nodePath(given = ''): string {
  const own = [join(ROOT, 'node_modules'), join(ROOT, 'modules')];
  return [...new Set([...given.split(delimiter).filter(path => path !== ''), ...own])].join(delimiter);
}
