import type { z } from 'zod';
import type { RouteSpec } from '../route';
import { exampleOf, jsonSchema, type Json } from './jsonSchema';

/** The parameters of a route: those of its path and its query, and the header with the request id. */
export function parameters({ path, params, query }: RouteSpec): Json[] {
  return [...fields(params, 'path', path), ...fields(query, 'query', path), { $ref: '#/components/parameters/RequestId' }];
}

function fields(schema: z.ZodType | undefined, where: 'query' | 'path', path: string): Json[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = jsonSchema(schema, 'input') as { properties?: Record<string, Json>; required?: string[] };
  return Object.entries(properties)
    .filter(([name]) => (where === 'path') === path.split('/').includes(`:${name}`))
    .map(([name, property]) => parameter(name, where, where === 'path' || required.includes(name), property));
}

/** OpenAPI wants description and example beside the schema of a parameter, not in it. */
function parameter(name: string, where: 'query' | 'path', required: boolean, { description, examples, ...schema }: Json): Json {
  return { name, in: where, required, description, example: (examples as unknown[] | undefined)?.[0], schema };
}

/** The body of a request: JSON, or a form where the route takes a file. */
export function requestBody({ body, file }: RouteSpec): Json | undefined {
  if (!body) return undefined;
  const schema = jsonSchema(body, 'input');
  const content = { 'application/json': { schema, example: exampleOf(schema) } };
  if (!file) return { required: true, content };
  const binary = { type: 'string', contentMediaType: 'application/octet-stream', description: 'The file, after the other fields', examples: ['(bytes)'] };
  const properties = { ...schema.properties as Json, [file.field]: binary };
  return { required: true, content: { ...content, 'multipart/form-data': { schema: { ...schema, properties } } } };
}
