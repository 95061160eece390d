import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ERRORS } from '../../app/lib/errors';
import { assertFits } from '../../app/router/assertFits';
import { routes } from '../../app/schema';
import { openApiDocument } from '../../app/schema/openapi';
import { openApiPath } from '../../app/schema/openapi/document';
import { exampleOf, jsonSchema, type Json } from '../../app/schema/openapi/jsonSchema';
import { controlSpecs } from '../../app/sandbox/control/specs';
import { useApp } from '../support/app';
import { Scratch } from '../support/environment';

interface Parameter { $ref?: string; name: string; in: string; description?: string; example?: unknown }
interface Operation {
  operationId: string; summary?: string; security?: object[]; parameters: Parameter[]; tags: string[];
  requestBody?: { content: Record<string, { schema: Json; example?: unknown }> };
  responses: Record<string, { description?: string; headers: object; content: Record<string, { schema: Json }> }>;
}
interface Document {
  openapi: string;
  servers: Array<{ url: string }>;
  tags: Array<{ name: string; description: string }>;
  paths: Record<string, Record<string, Operation>>;
  components: { securitySchemes: object; parameters: Record<string, Parameter>; schemas: Record<string, Json> };
}

const ROOT = resolve(__dirname, '../..');
const REDOCLY = resolve(ROOT, 'node_modules/@redocly/cli/bin/cli.js');
/** Keywords under which properties may have any name. */
const VALUES = new Set(['examples', 'example', 'default', 'const', 'enum', 'value']);

function operations({ paths }: Document): Array<{ name: string; operation: Operation }> {
  return Object.entries(paths).flatMap(([path, item]) => Object.entries(item)
    .filter(([method]) => method !== 'parameters')
    .map(([method, operation]) => ({ name: `${method} ${path}`, operation })));
}

/** Every property of every schema in a part of the document, with its place. */
function properties(part: unknown, where: string): Array<{ where: string; property: Json }> {
  if (typeof part !== 'object' || part === null) return [];
  return Object.entries(part).flatMap(([key, value]) => {
    if (VALUES.has(key)) return [];
    const own = key === 'properties' ? Object.entries(value as Record<string, Json>).map(([name, property]) => ({ where: `${where}.${name}`, property })) : [];
    return [...own, ...properties(value, key === 'properties' ? where : `${where}/${key}`)];
  });
}

describe('GET /openapi.json', () => {
  const hub = useApp();
  const document = async () => await (await fetch(`${hub().url}/openapi.json`)).json() as Document;

  it('has an operation for each route, and a route for each operation', async () => {
    const shown = await document();
    assert.match(shown.openapi, /^3\.1\./);
    // The calls of the sandbox share one route per method, which passes them on: test/sandbox/openapi.test.ts makes
    // each of them.
    const described = new Set(operations(shown).map(({ name }) => name.replace(/ \/sandbox\/api\/.*/, ' /sandbox/api/{path}')));
    const { stack } = hub().app.router as unknown as { stack: Array<{ path: string; methods: string[] }> };
    const routed = new Set(stack.flatMap(({ path, methods }) => methods.filter(method => method !== 'HEAD').map(method => `${method.toLowerCase()} ${openApiPath(path)}`)));
    assert.deepEqual([...described].sort(), [...routed].sort());
    for (const { method, path } of controlSpecs()) assert.ok(shown.paths[openApiPath(path)][method], path);
  });

  it('says which token a call needs', async () => {
    const { paths, components } = await document();
    assert.deepEqual(paths['/api/me'].get.security, [{ session: [] }]);
    assert.deepEqual(paths['/api/server/messages/custom'].post.security, [{ apiKey: [] }]);
    assert.deepEqual(paths['/api/jscode2session'].post.security, []);
    for (const scheme of ['apiKey', 'session']) assert.ok(Object.hasOwn(components.securitySchemes, scheme), scheme);
  });

  it('is serialised once', async () => {
    const { app, url } = hub();
    const answer = await fetch(`${url}/openapi.json`);
    assert.match(answer.headers.get('content-type') ?? '', /^application\/json/);
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), await app.openApi('en'));
    // The very same bytes, not another copy of them.
    assert.ok(Object.is(await app.openApi('en'), await app.openApi('en')));
  });

  it('has its summaries in Chinese for who asks for them, and is the same beside', async () => {
    const { url } = hub();
    const shown = async (path: string, language = 'en') => {
      const answer = await fetch(`${url}${path}`, { headers: { 'accept-language': language } });
      assert.match(answer.headers.get('vary') ?? '', /accept-language/i);
      return await answer.json() as Document;
    };
    const [english, chinese] = [await shown('/openapi.json'), await shown('/openapi.json', 'zh-CN,zh;q=0.9')];
    assert.deepEqual(await shown('/openapi.json?lang=zh'), chinese);
    assert.deepEqual(await shown('/openapi.json?lang=en', 'zh-CN'), english);
    assert.equal(chinese.paths['/api/jscode2session'].post.summary, '用 wx.login 的 code 登录');
    const foreign = (text: string | undefined) => !/\p{Script=Han}/u.test(text ?? '');
    assert.deepEqual(operations(chinese).filter(({ operation }) => foreign(operation.summary)).map(({ name }) => name), []);
    assert.deepEqual(operations(english).filter(({ operation }) => !foreign(operation.summary)).map(({ name }) => name), []);
    assert.deepEqual(chinese.tags.filter(({ description }) => foreign(description)), []);
    const names = (shownIn: Document) => operations(shownIn).map(({ name, operation }) => [name, operation.operationId]);
    assert.deepEqual(names(chinese), names(english));
  });

  it('gives each operation a name of its own, and describes every tag', async () => {
    const shown = await document();
    const all = operations(shown);
    assert.equal(new Set(all.map(({ operation }) => operation.operationId)).size, all.length);
    assert.deepEqual(all.filter(({ operation }) => !operation.summary || Object.keys(operation.responses).length === 0).map(({ name }) => name), []);
    const tags = new Set(shown.tags.filter(({ description }) => description).map(({ name }) => name));
    assert.deepEqual(all.filter(({ operation }) => operation.tags.some(tag => !tags.has(tag))).map(({ name }) => name), []);
    assert.ok(shown.servers.length > 0);
  });

  it('has a description and an example of every property and every parameter', async () => {
    const shown = await document();
    const bare = [...properties(shown.paths, ''), ...properties(shown.components, '')]
      .filter(({ property }) => !property.description || !(Array.isArray(property.examples) && property.examples.length > 0))
      .map(({ where }) => where);
    const parameters = operations(shown).flatMap(({ name, operation }) => operation.parameters
      .filter(({ $ref, description, example }) => $ref === undefined && (!description || example === undefined))
      .map(parameter => `${name} ?${parameter.name}`));
    assert.deepEqual([...bare, ...parameters], []);
  });

  it('says that every operation takes and answers x-request-id', async () => {
    const shown = await document();
    assert.equal(shown.components.parameters.RequestId.name, 'x-request-id');
    for (const { name, operation } of operations(shown)) {
      assert.ok(operation.parameters.some(({ $ref }) => $ref === '#/components/parameters/RequestId'), name);
      for (const answer of Object.values(operation.responses)) assert.deepEqual(Object.keys(answer.headers), ['x-request-id'], name);
    }
    const { headers } = await fetch(`${hub().url}/api/me`, { headers: { 'x-request-id': 'of-the-caller' } });
    assert.equal(headers.get('x-request-id'), 'of-the-caller');
  });
});

describe('the examples of the OpenAPI document', () => {
  for (const route of [...routes, ...controlSpecs()]) {
    it(`of ${route.method.toUpperCase()} ${route.path} are valid by its own schemas`, () => {
      for (const part of ['params', 'query', 'body'] as const) {
        const schema = route[part];
        if (!schema) continue;
        const example = exampleOf(jsonSchema(schema, 'input'));
        const result = schema.safeParse(example);
        assert.ok(result.success, `${part} ${JSON.stringify(example)}: ${result.error?.message}`);
      }
      if (route.data) assertFits(route.data, exampleOf(jsonSchema(route.data, 'output')), route.path);
      for (const { schema } of Object.values(route.answers ?? {})) {
        if (schema) assertFits(schema, exampleOf(jsonSchema(schema, 'output')) ?? {}, route.path);
      }
    });
  }
});

describe('the OpenAPI document in redocly lint', () => {
  const scratch = new Scratch();
  after(() => scratch.remove());

  interface Lint { totals: { errors: number; warnings: number }; problems: Array<{ ruleId: string; message: string; location: Array<{ pointer: string }> }> }

  function lint(document: object): string[] {
    const file = scratch.path('openapi.json');
    writeFileSync(file, JSON.stringify(document));
    const { stdout, stderr } = spawnSync(process.execPath, [REDOCLY, 'lint', file, '--config', resolve(ROOT, 'test/fixtures/redocly.yaml'), '--format', 'json'], {
      encoding: 'utf8',
      // It uses no network.
      env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
      timeout: 15_000,
    });
    assert.ok(stdout.startsWith('{'), stderr);
    return (JSON.parse(stdout) as Lint).problems.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer}`);
  }

  it('passes redocly lint, with and without the sandbox', () => {
    assert.deepEqual(lint(openApiDocument('0.0.0', controlSpecs())), []);
    assert.deepEqual(lint(openApiDocument('0.0.0')), []);
    assert.deepEqual(lint(openApiDocument('0.0.0', [], 'zh')), []);
  });

  it('fails redocly lint when something does not fit', () => {
    const document = openApiDocument('0.0.0') as unknown as Document;
    document.servers = [];
    Object.assign(document.paths['/api/me'].get.responses[200].content['application/json'], { examples: { wrong: { value: { code: 2 } } } });
    const problems = lint(document).join('\n');
    assert.match(problems, /no-empty-servers/);
    assert.match(problems, /no-invalid-media-type-examples/);
  });

  it('names every error', () => {
    const described = JSON.stringify(openApiDocument('0.0.0'));
    for (const name of Object.keys(ERRORS)) assert.ok(described.includes(`\`${name}\`: `) || name === 'FORBIDDEN', name);
  });
});
