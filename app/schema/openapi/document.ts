import type { Auth, RouteSpec } from '../route';
import type { Json } from './jsonSchema';
import { parameters, requestBody } from './requests';
import { FAILURE, REQUEST_ID, responses } from './responses';

/** The credentials of each kind of auth. In the console, every method but GET needs the CSRF header too. */
const SECURITY: Record<Auth | 'agent' | 'admin', (method: string) => object[]> = {
  none: () => [],
  login: () => [],
  session: () => [{ session: [] }],
  apiKey: () => [{ apiKey: [] }],
  wechat: () => [],
  agent: method => [method === 'get' ? { console: [] } : { console: [], csrf: [] }],
  admin: method => [method === 'get' ? { console: [] } : { console: [], csrf: [] }],
};

const TAGS: Record<RouteSpec['tag'] | 'console', string> = {
  'mini-program': 'What mini-programs and web pages opened in WeChat call',
  push: 'What WeChat calls: verification of the address, messages and events',
  im: 'Tencent IM: its callback, and calls of mini-programs and of your other backends',
  server: 'What your other backends call, with an API key',
  console: 'What the console\'s pages call: the envelope with the fitting HTTP status',
  operations: 'What operators and their tools call',
  sandbox: 'The simulated WeChat: what a test, or the phone page, steers it with. Only when the sandbox is on; calls to this machine alone (a loopback Host), none from pages of another origin',
};

const SECURITY_SCHEMES = {
  session: { type: 'http', scheme: 'bearer', description: 'The token of /api/jscode2session' },
  apiKey: { type: 'http', scheme: 'bearer', description: 'One of API_KEYS' },
  console: { type: 'apiKey', in: 'cookie', name: 'weapp_hub_console', description: 'Set by signing in to the console' },
  csrf: { type: 'apiKey', in: 'header', name: 'x-csrf-token', description: 'The `csrfToken` of the console\'s session: for everything but GET' },
};

const GIVEN_ID = {
  name: 'x-request-id',
  in: 'header',
  required: false,
  description: 'An id of your own for this request, which the answer and the log lines carry; one is made when it is left out or does not fit',
  example: REQUEST_ID,
  schema: { type: 'string', pattern: '^[A-Za-z0-9._-]{1,64}$' },
};

/** The parameter for the `*` of a path. */
const REST = { name: 'path', in: 'path', required: true, description: 'What follows', example: 'logo.png', schema: { type: 'string' } };

/** The OpenAPI operation of a route. */
function operation(route: RouteSpec): Json {
  const body = requestBody(route);
  return {
    tags: [route.tag],
    operationId: operationId(route.method, route.path),
    summary: route.summary,
    ...(route.description ? { description: route.description } : {}),
    security: SECURITY[route.auth](route.method),
    parameters: parameters(route),
    ...(body ? { requestBody: body } : {}),
    responses: responses(route),
  };
}

/** The operationId of a route: `getApiSessionCheck` for `GET /api/session/check`. */
function operationId(method: string, path: string): string {
  return `${method}${path.replace('*', 'path').replace(/[^A-Za-z0-9]+(.)?/g, (_all, next: string | undefined) => next?.toUpperCase() ?? '')}`;
}

/** Only the security schemes that one of the routes uses. */
function securitySchemes(routes: readonly RouteSpec[]): Json {
  const used = new Set(routes.flatMap(({ auth, method }) => SECURITY[auth](method)).flatMap(Object.keys));
  return Object.fromEntries(Object.entries(SECURITY_SCHEMES).filter(([name]) => used.has(name)));
}

/** A path as OpenAPI writes it: `:id` becomes `{id}`, and `*` becomes `{path}`. */
export function openApiPath(path: string): string {
  return path.replace(/:([A-Za-z]+)/g, '{$1}').replace('*', '{path}');
}

/**
 * Makes an OpenAPI 3.1 document.
 * @param info title, version, and what is true of every answer
 * @see https://spec.openapis.org/oas/v3.1.1.html
 */
export function documentOf(info: { title: string; version: string; description: string }, routes: readonly RouteSpec[]): Json {
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const item = paths[openApiPath(route.path)] ??= {};
    item[route.method] = operation(route);
    if (route.path.endsWith('*')) item.parameters = [REST];
  }
  const tags = new Set(routes.map(({ tag }) => tag));
  return {
    openapi: '3.1.0',
    info: { ...info, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/', description: 'The server that this document comes from' }],
    tags: Object.entries(TAGS).filter(([name]) => tags.has(name as RouteSpec['tag'])).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      securitySchemes: securitySchemes(routes),
      parameters: { RequestId: GIVEN_ID },
      headers: { RequestId: { description: 'The id of the request: ask the log for it', example: REQUEST_ID, schema: { type: 'string' } } },
      schemas: { Failure: FAILURE },
    },
  };
}
