import assert from 'node:assert/strict';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { useApp } from '../../support/app';

const DIR = join(__dirname, '../../../app/public/console');
const ASIDE = `${DIR}-aside`;

describe('/console', () => {
  const hub = useApp();
  const get = (path: string, headers: Record<string, string> = {}) => fetch(`${hub().url}${path}`, { headers, redirect: 'manual' });

  // An existing build is moved away, so that the test is about the server alone.
  before(() => {
    if (existsSync(DIR)) renameSync(DIR, ASIDE);
  });
  after(() => {
    rmSync(DIR, { recursive: true, force: true });
    if (existsSync(ASIDE)) renameSync(ASIDE, DIR);
  });

  it('answers that it was not built', async () => {
    const answer = await get('/console');
    assert.deepEqual([answer.status, await answer.text()], [404, 'The console was not built: run npm run build.']);
    assert.match(await (await get('/console', { 'accept-language': 'zh-CN' })).text(), /尚未构建/);
  });

  describe('once built', () => {
    const script = `console.log(${JSON.stringify('x'.repeat(5_000))});`;
    before(() => {
      mkdirSync(join(DIR, 'assets'), { recursive: true });
      writeFileSync(join(DIR, 'index.html'), '<!doctype html><title>console</title>');
      writeFileSync(join(DIR, 'assets/index-BxK3jz0a.js'), script);
      writeFileSync(join(DIR, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
      writeFileSync(join(DIR, '.secret'), 'no');
    });

    it('answers one page for all addresses below it, and has it revalidated each time', async () => {
      for (const path of ['/console', '/console/', '/console/setup', '/console/people/u1', '/console/index.html']) {
        const answer = await get(path);
        assert.deepEqual([answer.status, await answer.text()], [200, '<!doctype html><title>console</title>'], path);
        assert.equal(answer.headers.get('cache-control'), 'no-cache');
        const policy = answer.headers.get('content-security-policy') ?? '';
        assert.match(policy, /^default-src 'self'; style-src 'self'; script-src 'self';/);
        assert.doesNotMatch(policy, /unsafe|data:|\*/);
        assert.match(policy, /frame-ancestors 'none'/);
        assert.deepEqual(['x-content-type-options', 'referrer-policy', 'x-frame-options'].map(name => answer.headers.get(name)), ['nosniff', 'no-referrer', 'DENY']);
      }
      const etag = (await get('/console')).headers.get('etag') ?? '';
      assert.equal((await get('/console', { 'if-none-match': etag })).status, 304);
    });

    it('answers files that are kept for a year, compressed', async () => {
      const answer = await get('/console/assets/index-BxK3jz0a.js', { 'accept-encoding': 'gzip' });
      assert.deepEqual([answer.status, answer.headers.get('content-encoding'), answer.headers.get('cache-control')], [200, 'gzip', 'public, max-age=31536000, immutable']);
      assert.equal(answer.headers.get('content-type'), 'text/javascript; charset=utf-8');
      assert.equal(await answer.text(), script);
      assert.equal((await get('/console/assets/index-BxK3jz0a.js', { 'accept-encoding': 'br' })).headers.get('content-encoding'), 'br');
      assert.equal((await get('/console/assets/index-BxK3jz0a.js', { 'accept-encoding': 'identity' })).headers.get('content-encoding'), null);
      assert.equal((await get('/console/favicon.svg')).headers.get('content-type'), 'image/svg+xml');
    });

    it('answers no other file', async () => {
      for (const path of ['/console/assets/none-12345678.js', '/console/.secret', '/console/..%2f..%2fpackage.json', '/console/%2e%2e/package.json', '/console/assets/..%5c..%5cpackage.json', '/console/package.json']) {
        const answer = await get(path);
        assert.equal(answer.status, 404, path);
        assert.doesNotMatch(await answer.text(), /weapp-hub|^no$/);
      }
    });

    it('leaves its API to other handlers', async () => {
      const answer = await get('/console/api/nothing');
      assert.equal(answer.status, 404);
      assert.equal((await answer.json() as { error: string }).error, 'NOT_FOUND');
      const wrong = await fetch(`${hub().url}/console/api/rules/order`, { method: 'POST' });
      assert.match((await wrong.json() as { message: string }).message, /PUT and no other method/);
    });
  });
});
