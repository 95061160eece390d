import { z } from 'zod';
import { ERRORS, type ErrorName } from '../lib/errors';
import { routes } from './index';
import type { Auth, RouteSpec } from './route';

type Json = Record<string, unknown>;

const SECURITY: Record<Auth, object[]> = {
  none: [],
  login: [],
  session: [{ session: [] }],
  apiKey: [{ apiKey: [] }],
  wechat: [],
};

/** What any enveloped route may answer. */
const ALWAYS: readonly ErrorName[] = ['INVALID_ARGUMENT', 'RATE_LIMITED', 'UNAVAILABLE', 'INTERNAL'];

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const described = z.toJSONSchema(schema, { target: 'draft-2020-12', io, unrepresentable: 'any' }) as Json;
  delete described.$schema;
  return described;
}

function parameters(schema: z.ZodType | undefined, where: 'query' | 'path', path: string): Json[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = jsonSchema(schema, 'input') as { properties?: Record<string, Json>; required?: string[] };
  return Object.entries(properties)
    .filter(([name]) => where === 'query' || path.includes(`:${name}`))
    .map(([name, field]) => ({ name, in: where, required: where === 'path' || required.includes(name), schema: field }));
}

function responses(route: RouteSpec): Json {
  if (route.answers) {
    return Object.fromEntries(Object.entries(route.answers).map(([status, { type, description }]) => [
      status, { description, content: { [type]: { schema: type === 'application/json' ? {} : { type: 'string' } } } },
    ]));
  }
  const errors = [...new Set([...(route.auth === 'session' || route.auth === 'apiKey' ? ['UNAUTHENTICATED' as const] : []), ...ALWAYS, ...(route.errors ?? [])])];
  const success = {
    type: 'object',
    required: ['code', 'data', 'message', 'requestId'],
    properties: {
      code: { const: 1 },
      data: route.data ? jsonSchema(route.data, 'output') : {},
      message: { type: 'string' },
      requestId: { type: 'string' },
    },
  };
  const failure = {
    allOf: [{ $ref: '#/components/schemas/Failure' }, { type: 'object', properties: { error: { enum: errors } } }],
  };
  return { 200: { description: errors.map(name => `\`${name}\`: ${ERRORS[name].message}`).join('\n\n'), content: { 'application/json': { schema: { oneOf: [success, failure] } } } } };
}

function requestContent(body: z.ZodType, file?: string): Json {
  const schema = jsonSchema(body, 'input');
  if (file === undefined) return { 'application/json': { schema } };
  const properties = { ...schema.properties as Json, [file]: { type: 'string', contentMediaType: 'application/octet-stream' } };
  return { 'application/json': { schema }, 'multipart/form-data': { schema: { ...schema, properties } } };
}

function operation(route: RouteSpec): Json {
  return {
    tags: [route.tag],
    operationId: `${route.method}${route.path.replace(/[^A-Za-z0-9]+(.)?/g, (_all, next: string | undefined) => next?.toUpperCase() ?? '')}`,
    summary: route.summary,
    ...(route.description ? { description: route.description } : {}),
    security: SECURITY[route.auth],
    parameters: [...parameters(route.params, 'path', route.path), ...parameters(route.query, 'query', route.path)],
    ...(route.body ? { requestBody: { required: true, content: requestContent(route.body, route.file?.field) } } : {}),
    responses: responses(route),
  };
}

/** A path in OpenAPI's notation: `:id` becomes `{id}`, and `*` `{path}`. */
export function openApiPath(path: string): string {
  return path.replace(/:([A-Za-z]+)/g, '{$1}').replace('*', '{path}');
}

/**
 * The OpenAPI 3.1 document of all routes.
 * @see https://spec.openapis.org/oas/v3.1.1.html
 */
export function openApiDocument(version: string): Json {
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const item = paths[openApiPath(route.path)] ??= {};
    item[route.method] = operation(route);
    if (route.path.endsWith('*')) item.parameters = [{ name: 'path', in: 'path', required: true, schema: { type: 'string' } }];
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'weapp-hub',
      version,
      description: 'Every answer of `/api/**` is HTTP 200 with the envelope: `code` 1 and `data`, or `code` 0 and the name of the `error`.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    paths,
    components: {
      securitySchemes: {
        session: { type: 'http', scheme: 'bearer', description: 'The token of /api/jscode2session' },
        apiKey: { type: 'http', scheme: 'bearer', description: 'One of API_KEYS' },
      },
      schemas: {
        Failure: {
          type: 'object',
          required: ['code', 'data', 'message', 'error', 'requestId'],
          properties: {
            code: { const: 0 },
            data: { description: 'null, but `{errcode, errmsg}` for WECHAT_ERROR' },
            message: { type: 'string', description: 'One sentence a person can act on; in Chinese when `Accept-Language` asks for it' },
            error: { enum: Object.keys(ERRORS) },
            requestId: { type: 'string' },
          },
        },
      },
    },
  };
}
