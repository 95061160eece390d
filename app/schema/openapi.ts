import { routes } from './index';
import { documentOf } from './openapi/document';
import type { Json } from './openapi/jsonSchema';
import type { RouteSpec } from './route';

/**
 * The OpenAPI 3.1 document of the HTTP interface.
 * @param version of the program
 * @param sandbox every call of the simulated WeChat, where the sandbox is on: the server passes them on
 */
export function openApiDocument(version: string, sandbox: readonly RouteSpec[] = []): Json {
  const description = 'Every answer of `/api/**` is HTTP 200 with the envelope: `code` 1 and `data`, or `code` 0 and the name of the `error`.';
  return documentOf({ title: 'weapp-hub', version, description }, [...routes.filter(({ tag }) => tag !== 'sandbox'), ...sandbox]);
}
