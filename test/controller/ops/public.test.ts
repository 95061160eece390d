import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { resolve } from 'node:path';
import { useApp } from '../../support/app';

describe('GET /public/', () => {
  const hub = useApp();
  const name = `test-${randomUUID()}.png`;
  const file = resolve(__dirname, '../../../app/public', name);
  before(() => writeFileSync(file, 'picture'));
  after(() => rmSync(file));

  /** fetch would resolve `..` in a path before it asks. */
  function statusOf(path: string, headers: Record<string, string> = {}): Promise<number | undefined> {
    return new Promise((done, failed) => {
      const { hostname, port } = new URL(hub().url);
      request({ hostname, port, path, headers }, answer => done(answer.resume().statusCode)).once('error', failed).end();
    });
  }

  it('serves the files of app/public', async () => {
    const url = `${hub().url}/public/${name}`;
    const answer = await fetch(url);
    assert.deepEqual([answer.status, answer.headers.get('content-type'), answer.headers.get('cache-control'), await answer.text()], [200, 'image/png', 'public, max-age=3600', 'picture']);
    assert.equal(await statusOf(`/public/${name}`, { 'if-modified-since': answer.headers.get('last-modified') ?? '' }), 304);
    const head = await fetch(url, { method: 'HEAD' });
    assert.deepEqual([head.status, head.headers.get('content-length')], [200, '7']);
    writeFileSync(file, 'another picture');
    assert.equal(await (await fetch(url)).text(), 'another picture');
  });

  it('serves no other file', async () => {
    for (const path of [
      '/public/', '/public/missing.png', '/public/../package.json', '/public/../../package.json', '/public/..%2f..%2fpackage.json', '/public/%2e%2e/%2e%2e/package.json',
      '/public/.gitkeep', '/public//etc/passwd', '/public/%00', '/public/%', '/package.json',
    ]) assert.equal(await statusOf(path), 404, path);
    assert.equal((await fetch(`${hub().url}/public/${name}`, { method: 'POST' })).status, 404);
  });
});
