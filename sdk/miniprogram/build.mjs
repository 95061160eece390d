// Builds the package: types of the hub's interface from its OpenAPI document, one file of CommonJS, one of ES modules,
// and their types. `node build.mjs` does nothing when the last build was made of the same sources.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const require = createRequire(import.meta.url);
const HERE = fileURLToPath(new URL('.', import.meta.url));
const DIST = `${HERE}dist`;
const STAMP = `${DIST}/built.txt`;
/** The example opens in WeChat's developer tools as it is, so the built package is copied into it. */
const EXAMPLE = fileURLToPath(new URL('../../examples/miniprogram/', import.meta.url));

const { openApiDocument } = require('../../app/schema/openapi.js');
const { version } = require('./package.json');
const document = JSON.stringify(openApiDocument(version));
const sources = ['build.mjs', 'tsconfig.json', 'package.json', ...readdirSync(`${HERE}src`).filter(name => name !== 'api.ts').map(name => `src/${name}`)];
const stamp = createHash('sha256').update(document).update(sources.sort().map(name => readFileSync(HERE + name)).join('\0')).digest('hex');

if (!existsSync(STAMP) || readFileSync(STAMP, 'utf8') !== stamp) await buildAll();
if (existsSync(EXAMPLE)) {
  mkdirSync(`${EXAMPLE}weapp-hub`, { recursive: true });
  cpSync(`${DIST}/index.js`, `${EXAMPLE}weapp-hub/index.js`);
}

async function buildAll() {
  const { default: openapiTS, astToString } = await import('openapi-typescript');
  writeFileSync(`${HERE}src/api.ts`, astToString(await openapiTS(document)));
  rmSync(DIST, { recursive: true, force: true });
  // The types stand beside each form, as TypeScript looks for them.
  execFileSync(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', HERE, '--emitDeclarationOnly'], { stdio: 'inherit' });
  mkdirSync(`${DIST}/esm`);
  for (const name of readdirSync(DIST).filter(name => name.endsWith('.d.ts'))) cpSync(`${DIST}/${name}`, `${DIST}/esm/${name}`);
  for (const [format, outDir] of [['cjs', DIST], ['es', `${DIST}/esm`]]) {
    await build({
      configFile: false,
      logLevel: 'warn',
      build: {
        lib: { entry: `${HERE}src/index.ts`, formats: [format], fileName: () => 'index.js' },
        rolldownOptions: { output: { generatedCode: { symbols: false } } },
        outDir, emptyOutDir: false, minify: false, target: 'es2018', copyPublicDir: false,
      },
    });
  }
  writeFileSync(`${DIST}/esm/package.json`, '{"type":"module"}\n');
  writeFileSync(STAMP, stamp);
}
