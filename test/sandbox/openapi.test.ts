import assert from 'node:assert/strict';
import { readPage } from '../support/markdown';
import { openSandbox } from './support';
import type { TestSandbox } from './support';

interface Operation { summary: string; operationId: string; parameters: Array<{ $ref?: string; name: string; in: string; required: boolean }>; requestBody?: { content: object } }

describe('sandbox: the description of its control API', () => {
  let sandbox: TestSandbox;
  let paths: Record<string, Record<string, Operation>>;
  before(async () => {
    sandbox = await openSandbox();
    const document = await (await fetch(`${sandbox.url}/sandbox/api/openapi.json`)).json() as { openapi: string; paths: typeof paths };
    assert.match(document.openapi, /^3\.1\./);
    paths = document.paths;
  });
  after(() => sandbox.close());

  it('has every call that answers, each with a name of its own', async () => {
    const operations = Object.values(paths).flatMap(item => Object.values(item));
    assert.ok(operations.length > 30);
    assert.equal(new Set(operations.map(({ operationId }) => operationId)).size, operations.length);
    for (const [path, item] of Object.entries(paths)) {
      for (const [method, { summary, requestBody }] of Object.entries(item)) {
        assert.ok(summary.length > 5, path);
        assert.equal(requestBody !== undefined, method === 'post', path);
        const { message } = await sandbox.envelope(method.toUpperCase(), path.replace('/sandbox/api', ''), method === 'post' ? { noSuchField: 1 } : undefined);
        assert.doesNotMatch(String(message), /^There is no/, `${method} ${path}`);
      }
    }
  });

  it('distinguishes parameters from bodies', () => {
    assert.deepEqual(paths['/sandbox/api/users/{appid}/{openid}'].get.parameters.filter(({ $ref }) => $ref === undefined).map(({ name, in: where, required }) => [name, where, required]), [['appid', 'path', true], ['openid', 'path', true]]);
    assert.deepEqual(paths['/sandbox/api/messages'].get.parameters.filter(({ $ref }) => $ref === undefined).map(({ name, in: where, required }) => [name, where, required]), [['openid', 'query', true], ['appid', 'query', false]]);
  });

  it('has the calls that docs/sandbox.md names in both languages, and no others', () => {
    const described = Object.keys(paths).map(path => path.replace(/\{(\w+)\}/g, ':$1')).sort();
    for (const name of ['docs/sandbox.md', 'docs/zh-CN/sandbox.md']) {
      const named = new Set([...readPage(name).matchAll(/\/sandbox\/api\/[\w/:-]+(\.json)?/g)].map(([path]) => path));
      named.delete('/sandbox/api/openapi.json');
      assert.deepEqual([...named].sort(), described, name);
    }
  });

  it('has what scripts rely on: faults, open data, phone codes, login codes, pushes and calls', () => {
    const relied = [['post', '/faults'], ['post', '/open-data'], ['post', '/phone-code'], ['post', '/login-code'], ['post', '/push'], ['get', '/calls']];
    assert.deepEqual(relied.filter(([method, path]) => paths[`/sandbox/api${path}`]?.[method] === undefined), []);
  });

  it('answers nothing beside', async () => {
    for (const [method, path] of [['GET', '/'], ['GET', '/world'], ['POST', '/calls'], ['PUT', '/faults'], ['GET', '/login-code'], ['GET', '/push/'], ['GET', '/Calls'], ['GET', '/__proto__'], ['GET', '/media/a'], ['GET', '/qrcodes/a/b/c']]) {
      const { error, message } = await sandbox.envelope(method, path);
      assert.equal(error, 'NOT_FOUND', `${method} ${path}`);
      assert.match(String(message), /^There is no/, `${method} ${path}`);
    }
  });
});
