import assert from 'node:assert/strict';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { useApp } from '../support/app';
import { Server } from '../support/server';

const DIR = join(__dirname, '../../app/public/sandbox');
const ASIDE = `${DIR}-aside`;

describe('/sandbox', () => {
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
    const answer = await get('/sandbox');
    assert.deepEqual([answer.status, await answer.text()], [404, 'The phone was not built: run npm run build.']);
    assert.match(await (await get('/sandbox', { 'accept-language': 'zh-CN' })).text(), /尚未构建/);
  });

  it('is one page with its files, under the policy of the console', async () => {
    mkdirSync(join(DIR, 'assets'), { recursive: true });
    writeFileSync(join(DIR, 'index.html'), '<!doctype html><title>phone</title>');
    writeFileSync(join(DIR, 'assets/index-BxK3jz0a.js'), 'console.log(1);');
    for (const path of ['/sandbox', '/sandbox/', '/sandbox/index.html']) {
      const answer = await get(path);
      assert.deepEqual([answer.status, await answer.text()], [200, '<!doctype html><title>phone</title>'], path);
      assert.match(answer.headers.get('content-security-policy') ?? '', /^default-src 'self'; style-src 'self'; script-src 'self';/);
    }
    assert.match((await get('/sandbox/assets/index-BxK3jz0a.js')).headers.get('cache-control') ?? '', /immutable/);
    for (const path of ['/sandbox/people', '/sandbox/assets/none-12345678.js', '/sandbox/%2e%2e/package.json', '/sandbox/..%2fconsole/index.html']) assert.equal((await get(path)).status, 404, path);
  });

  it('leaves the control API to other handlers, and no browser runs its answers', async () => {
    const answer = await get('/sandbox/api/nothing');
    assert.deepEqual([(await answer.json() as { error: string }).error, answer.headers.get('x-content-type-options')], ['NOT_FOUND', 'nosniff']);
    assert.match(answer.headers.get('content-security-policy') ?? '', /^default-src 'none'/);
    const content = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';
    const { url } = await hub().sandbox.post('/media', { contentType: 'image/png', content });
    const picture = await fetch(url);
    assert.deepEqual([picture.status, picture.headers.get('content-type'), Buffer.from(await picture.arrayBuffer()).toString('base64')], [200, 'image/png', content]);
  });

  it('is not there when the sandbox is off', async function() {
    this.timeout(60_000);
    const server = await Server.start({ SANDBOX: 'off', WORKERS: '1' });
    try {
      for (const path of ['/sandbox', '/sandbox/index.html']) {
        const answer = await fetch(`${server.url}${path}`);
        assert.deepEqual([answer.status, answer.headers.get('content-security-policy')], [404, null], path);
      }
      assert.equal(await server.fails('GET', '/sandbox/api/calls'), 'NOT_FOUND');
    } finally {
      await server.stop();
    }
  });
});
