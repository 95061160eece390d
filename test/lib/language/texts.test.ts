import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as ts from 'typescript';
import { TEXTS } from '../../../app/lib/language/texts';
import { ROOT } from '../../support/markdown';

/** The sources below a directory, without compiled files. */
function sources(directory: string, without?: string): string[] {
  return readdirSync(resolve(ROOT, directory), { recursive: true, encoding: 'utf8' })
    .filter(name => /(?<!\.d)\.ts$|\.vue$/.test(name) && !name.includes('node_modules') && !(without && name.startsWith(without)))
    .map(name => join(directory, name));
}

const read = (file: string) => readFileSync(resolve(ROOT, file), 'utf8');

/** The keys of the object that a file of texts exports, such as `queue.redrive`; the same key twice when it stands there twice. */
function keysOf(file: string): string[] {
  const keys: string[] = [];
  const walk = (object: ts.ObjectLiteralExpression, prefix: string) => {
    for (const property of object.properties) {
      if (!ts.isPropertyAssignment(property)) continue;
      const key = prefix + (ts.isIdentifier(property.name) || ts.isStringLiteralLike(property.name) || ts.isNumericLiteral(property.name) ? property.name.text : property.name.getText());
      const value = ts.isSatisfiesExpression(property.initializer) ? property.initializer.expression : property.initializer;
      if (ts.isObjectLiteralExpression(value)) walk(value, `${key}.`);
      else keys.push(key);
    }
  };
  const visit = (node: ts.Node): void => {
    if (ts.isObjectLiteralExpression(node)) walk(node, '');
    else ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest, true));
  return keys;
}

const twice = (keys: string[]) => keys.filter((key, index) => keys.indexOf(key) !== index);

describe('texts', () => {
  it('of the server are each used, and defined once', () => {
    const files = sources('app/lib/language').filter(file => /[tT]exts\.ts$/.test(file));
    const keys = files.flatMap(keysOf).filter(key => key.endsWith('.en')).map(key => key.slice(0, -'.en'.length));
    assert.deepEqual([...keys].sort(), Object.keys(TEXTS).sort());
    const code = [...sources('app', 'console/'), 'app.ts', 'agent.ts'].filter(file => !files.includes(file)).map(read).join('\n');
    const quoted = new Set([...code.matchAll(/(['"`])(\w+)\1/g)].map(([,, word]) => word));
    assert.deepEqual(keys.filter(key => !quoted.has(key)), []);
  });

  for (const [page, directory, file] of [['console', 'app/console', 'errcode'], ['phone', 'app/sandbox/page', '']]) {
    it(`of the ${page} are each used, defined once, and the same in both languages`, () => {
      const [zh, en] = ['zh-CN', 'en'].map(language => sources(`${directory}/i18n`)
        .filter(name => new RegExp(`i18n/${language}(\\.ts|/(?!index\\.ts|${file || '-'}\\.ts))`).test(name)).flatMap(keysOf));
      assert.ok(zh.length > 100);
      assert.deepEqual([twice(zh), twice(en)], [[], []]);
      assert.deepEqual([...en].sort(), [...zh].sort());
      const code = sources(directory, 'i18n/').map(read).join('\n');
      const literal = new Set([...code.matchAll(/['"`]([\w-]+(?:\.[\w-]+)+)['"`]/g)].map(([, key]) => key));
      // Keys that are put together, such as `queueKind.${kind}`.
      const prefixes = [...code.matchAll(/`([\w-]+\.[\w-]*)\$\{/g)].map(([, prefix]) => prefix);
      assert.deepEqual(zh.filter(key => !literal.has(key) && !prefixes.some(prefix => key.startsWith(prefix))), []);
    });
  }
});
