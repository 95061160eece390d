import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

const require = createRequire(import.meta.url);
const HERE = fileURLToPath(new URL('..', import.meta.url));

describe('SDK: the package', () => {
  it('is below 6,000 bytes minified, and 2,500 compressed', async () => {
    const [{ output }] = await build({
      configFile: false, logLevel: 'silent',
      build: { lib: { entry: join(HERE, 'dist/index.js'), formats: ['cjs'], fileName: () => 'index.js' }, rolldownOptions: { output: { generatedCode: { symbols: false } } }, write: false, minify: true, target: 'es2018', copyPublicDir: false },
    });
    const { code } = output[0];
    const compressed = gzipSync(code).length;
    console.log(`      ${code.length} bytes minified, ${compressed} compressed`);
    assert.ok(code.length < 6_000);
    assert.ok(compressed < 2_500);
  });

  it('packs both forms, types and pages, and no dependency', async () => {
    const into = mkdtempSync(join(tmpdir(), 'weapp-hub-sdk-'));
    try {
      const [{ filename, files }] = JSON.parse(execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', into], { cwd: HERE, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
      const names = files.map(({ path }) => path);
      for (const name of ['dist/index.js', 'dist/index.d.ts', 'dist/api.d.ts', 'dist/esm/index.js', 'dist/esm/index.d.ts', 'README.md', 'README.zh-CN.md']) assert.ok(names.includes(name), name);
      execFileSync('tar', ['-xzf', join(into, filename), '-C', into]);
      const { createHub, HubError } = require(join(into, 'package'));
      const modules = await import(join(into, 'package/dist/esm/index.js'));
      assert.deepEqual([typeof createHub, typeof HubError, typeof modules.createHub], ['function', 'function', 'function']);
      const { dependencies, miniprogram } = JSON.parse(readFileSync(join(into, 'package/package.json'), 'utf8'));
      assert.deepEqual([dependencies, miniprogram], [undefined, 'dist']);
      assert.doesNotMatch(readFileSync(join(into, 'package/dist/index.js'), 'utf8'), /require\(/);
    } finally {
      rmSync(into, { recursive: true });
    }
  }).timeout(60_000);
});
