import type { Language } from '../../lib/language/texts';
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

const TAGS: Record<RouteSpec['tag'], Record<Language, string>> = {
  'mini-program': { en: 'What mini-programs and web pages opened in WeChat call', zh: '小程序和微信内网页调用的接口' },
  push: { en: 'What WeChat calls: verification of the address, messages and events', zh: '微信调用的接口：地址验证、消息与事件' },
  im: { en: 'Tencent IM: its callback, and calls of mini-programs and of your other backends', zh: '腾讯云 IM：回调，以及小程序和其他后端调用的接口' },
  server: { en: 'What your other backends call, with an API key', zh: '其他后端用 API key 调用的接口' },
  console: { en: 'What the console\'s pages call: the envelope with the fitting HTTP status', zh: '控制台页面调用的接口：信封格式，并使用相应的 HTTP 状态码' },
  operations: { en: 'What operators and their tools call', zh: '运维人员与工具调用的接口' },
  sandbox: {
    en: 'The simulated WeChat: what a test, or the phone page, steers it with. Only when the sandbox is on; calls to this machine alone (a loopback Host), none from pages of another origin',
    zh: '模拟微信：供测试和模拟手机页操控。仅在沙箱开启时可用；只接受对本机的调用（Host 为本机地址），不接受其他来源页面的调用',
  },
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
function operation(route: RouteSpec, language: Language): Json {
  const body = requestBody(route);
  return {
    tags: [route.tag],
    operationId: operationId(route.method, route.path),
    summary: route.summary[language],
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
 * @param language of summaries and tags; the rest is in English
 * @see https://spec.openapis.org/oas/v3.1.1.html
 */
export function documentOf(info: { title: string; version: string; description: string }, routes: readonly RouteSpec[], language: Language = 'en'): Json {
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const item = paths[openApiPath(route.path)] ??= {};
    item[route.method] = operation(route, language);
    if (route.path.endsWith('*')) item.parameters = [REST];
  }
  const tags = new Set(routes.map(({ tag }) => tag));
  return {
    openapi: '3.1.0',
    info: { ...info, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/', description: 'The server that this document comes from' }],
    tags: Object.entries(TAGS).filter(([name]) => tags.has(name as RouteSpec['tag'])).map(([name, description]) => ({ name, description: description[language] })),
    paths,
    components: {
      securitySchemes: securitySchemes(routes),
      parameters: { RequestId: GIVEN_ID },
      headers: { RequestId: { description: 'The id of the request: ask the log for it', example: REQUEST_ID, schema: { type: 'string' } } },
      schemas: { Failure: FAILURE },
    },
  };
}
