import { ERRORS, type ErrorName } from '../../lib/errors';
import type { Answer, RouteSpec } from '../route';
import { exampleOf, jsonSchema, type Json } from './jsonSchema';

/** Errors that every enveloped route may answer. */
const ALWAYS: readonly ErrorName[] = ['INVALID_ARGUMENT', 'UNAVAILABLE', 'INTERNAL'];
export const REQUEST_ID = '4f3a1c1e-8f1b-4c39-9b1a-0a6de9b6a3c5';
/** Routes whose envelope comes with the fitting HTTP status; the others always answer 200. */
const WITH_STATUS = /^\/console\//;

const code = (value: 0 | 1, description: string) => ({ const: value, description, examples: [value] });
const requestId = { type: 'string', description: 'The same as the header `x-request-id`', examples: [REQUEST_ID] };

/** The envelope of a failure. */
export const FAILURE: Json = {
  type: 'object',
  required: ['code', 'data', 'message', 'error', 'requestId'],
  properties: {
    code: code(0, 'It has failed'),
    data: { type: ['object', 'null'], description: 'null, but `{errcode, errmsg}` for WECHAT_ERROR', examples: [null] },
    message: {
      type: 'string',
      description: 'One sentence a person can act on; in Chinese when `Accept-Language` asks for it',
      examples: [ERRORS.NOT_FOUND.message],
    },
    error: { enum: Object.keys(ERRORS), description: 'What has happened, for programs', examples: ['NOT_FOUND'] },
    requestId,
  },
};

/** The answers of a route, by HTTP status. */
export function responses(route: RouteSpec): Json {
  if (route.answers) return Object.fromEntries(Object.entries(route.answers).map(([status, answer]) => [status, plain(answer)]));
  const success = envelope(jsonSchema(route.data, 'output'));
  const errors = errorsOf(route);
  const succeeded = { summary: 'Done', value: exampleOf(success) };
  if (!WITH_STATUS.test(route.path)) {
    const examples = { success: succeeded, failure: failed(errors) };
    return { 200: response(describe(errors), { schema: { oneOf: [success, failure(errors)] }, examples }) };
  }
  const byStatus: Json = { 200: response('Done', { schema: success, examples: { success: succeeded } }) };
  for (const { status } of errors.map(name => ERRORS[name])) {
    const names = errors.filter(name => ERRORS[name].status === status);
    byStatus[status] = response(describe(names), { schema: failure(names), examples: { failure: failed(names) } });
  }
  return byStatus;
}

/** The errors that a route may answer: those of its kind of auth, those of every route, its own. */
function errorsOf({ auth, method, errors = [] }: RouteSpec): ErrorName[] {
  const kind: string = auth;
  const unauthenticated: ErrorName[] = ['none', 'login', 'wechat'].includes(kind) ? [] : ['UNAUTHENTICATED'];
  const limited: ErrorName[] = ['login', 'session'].includes(kind) ? ['RATE_LIMITED'] : [];
  const forbidden: ErrorName[] = kind === 'admin' || (kind === 'agent' && method !== 'get') ? ['FORBIDDEN'] : [];
  return [...new Set([...unauthenticated, ...forbidden, ...limited, ...ALWAYS, ...errors])];
}

function describe(errors: readonly ErrorName[]): string {
  return errors.map(name => `\`${name}\`: ${ERRORS[name].message}`).join('\n\n');
}

function envelope(data: Json): Json {
  const example = exampleOf(data);
  return {
    type: 'object',
    required: ['code', 'data', 'message', 'requestId'],
    properties: {
      code: code(1, 'It has succeeded'),
      data: { description: 'What was asked for', ...data, ...(example === undefined ? {} : { examples: [example] }) },
      message: { const: 'ok', description: 'Of a success always `ok`', examples: ['ok'] },
      requestId,
    },
  };
}

function failure(names: readonly ErrorName[]): Json {
  const error = { enum: names, description: 'One of these', examples: [names.at(-1)] };
  return { allOf: [{ $ref: '#/components/schemas/Failure' }, { type: 'object', properties: { error } }] };
}

function failed(names: readonly ErrorName[]): Json {
  // The errors that are the route's own come last.
  const error = names[names.length - 1];
  const data = error === 'WECHAT_ERROR' ? { errcode: 48001, errmsg: 'api unauthorized' } : null;
  return { summary: 'Failed', value: { code: 0, data, message: ERRORS[error].message, error, requestId: REQUEST_ID } };
}

function plain({ type, description, schema, example }: Answer): Json {
  const described: Json = schema ? jsonSchema(schema, 'output') : { type: 'string' };
  const shown = example ?? exampleOf(described);
  return response(description, { schema: described, ...(shown === undefined ? {} : { example: shown }) }, type);
}

function response(description: string, content: Json, type = 'application/json'): Json {
  return { description, headers: { 'x-request-id': { $ref: '#/components/headers/RequestId' } }, content: { [type]: content } };
}
