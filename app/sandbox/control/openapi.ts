import { z } from 'zod';
import type { ControlRoute } from './route';

type Json = Record<string, unknown>;

const FAILURE = {
  type: 'object',
  required: ['code', 'data', 'message', 'error', 'requestId'],
  properties: {
    code: { const: 0 }, data: { type: 'null' }, message: { type: 'string', description: 'What is wrong, in a sentence' },
    error: { enum: ['INVALID_ARGUMENT', 'NOT_FOUND', 'FORBIDDEN', 'INTERNAL'] }, requestId: { type: 'string' },
  },
};
const SUCCESS = {
  type: 'object',
  required: ['code', 'data', 'message', 'requestId'],
  properties: { code: { const: 1 }, data: { type: 'object' }, message: { const: 'ok' }, requestId: { type: 'string' } },
};

/**
 * The OpenAPI 3.1 document of the control API, from the schemas that its calls are checked with.
 * https://spec.openapis.org/oas/v3.1.1.html
 */
export function controlDocument(prefix: string, routes: ControlRoute[]): object {
  const paths: Record<string, Json> = {};
  for (const route of routes) (paths[prefix + route.path.replace(/:([a-z]+)/g, '{$1}')] ??= {})[route.method.toLowerCase()] = operation(route);
  return {
    openapi: '3.1.0',
    info: {
      title: 'weapp-hub: the simulated WeChat', version: '1',
      description: 'How a test, or a person, steers the sandbox. Calls to this machine alone, as JSON, and none from pages of another origin. Every answer is HTTP 200.',
    },
    paths,
    components: { schemas: { Success: SUCCESS, Failure: FAILURE } },
  };
}

function operation({ method, path, summary, schema }: ControlRoute): Json {
  const described = z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'input', unrepresentable: 'any' }) as Json;
  delete described.$schema;
  return {
    operationId: `${method.toLowerCase()}${path.replace(/[^A-Za-z]+(.)?/g, (_all, next: string | undefined) => next?.toUpperCase() ?? '')}`,
    summary,
    ...method === 'POST'
      ? { requestBody: { required: true, content: { 'application/json': { schema: described } } } }
      : { parameters: parameters(described, path) },
    responses: {
      200: {
        description: 'The envelope', content: { 'application/json': { schema: { oneOf: [{ $ref: '#/components/schemas/Success' }, { $ref: '#/components/schemas/Failure' }] } } },
      },
    },
  };
}

function parameters({ properties = {}, required = [] }: { properties?: Json; required?: string[] }, path: string): Json[] {
  return Object.entries(properties).map(([name, schema]) => {
    const inPath = path.includes(`:${name}`);
    return { name, in: inPath ? 'path' : 'query', required: inPath || required.includes(name), schema };
  });
}
