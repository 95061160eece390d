import type { Language } from '../lib/language/texts';
import { routes } from './index';
import { documentOf } from './openapi/document';
import type { Json } from './openapi/jsonSchema';
import type { RouteSpec } from './route';

const DESCRIPTION: Record<Language, string> = {
  en: 'Every answer of `/api/**` is HTTP 200 with the envelope: `code` 1 and `data`, or `code` 0 and the name of the `error`.',
  zh: '`/api/**` 一律以 HTTP 200 返回统一的信封：成功时 `code` 为 1，内容在 `data`；失败时 `code` 为 0，错误名在 `error`。',
};

/**
 * The OpenAPI 3.1 document of the HTTP interface.
 * @param version of the program
 * @param sandbox every call of the simulated WeChat, where the sandbox is on: the server passes them on
 * @param language of summaries and tags; the rest is in English
 */
export function openApiDocument(version: string, sandbox: readonly RouteSpec[] = [], language: Language = 'en'): Json {
  const info = { title: 'weapp-hub', version, description: DESCRIPTION[language] };
  return documentOf(info, [...routes.filter(({ tag }) => tag !== 'sandbox'), ...sandbox], language);
}
