import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, relative, resolve } from 'node:path';

const ROOT = resolve(__dirname, '..');
const { dependencies, optionalDependencies, devDependencies } = JSON.parse(readFileSync(resolve(ROOT, 'package.json'), 'utf8')) as Record<string, Record<string, string>>;
const NEEDED = { ...dependencies, ...optionalDependencies };

const sources = readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter(path => path.endsWith('.ts') && !path.includes('node_modules'));
/** The package of an import. */
const packageOf = (name: string): string => name.split('/').slice(0, name.startsWith('@') ? 2 : 1).join('/');
const importsOf = (path: string): string[] => [...readFileSync(resolve(ROOT, path), 'utf8').matchAll(/(?:from |import\(|require\(|^import )'([^']+)'/gm)].map(([, name]) => name);

describe('embedded: the package', () => {
  it('imports nothing of its surroundings, and no undeclared package', () => {
    const wrong = sources.flatMap(path => importsOf(path).filter(name => {
      if (name.startsWith('.')) return relative(ROOT, resolve(ROOT, dirname(path), name)).startsWith('..');
      return !isBuiltin(name) && !(packageOf(name) in (/^(test|bench)/.test(path) ? { ...NEEDED, ...devDependencies } : NEEDED));
    }).map(name => `${path}: ${name}`));
    assert.ok(sources.length > 50 && sources.flatMap(importsOf).includes('lmdb'));
    assert.deepEqual(wrong, []);
  });
});
