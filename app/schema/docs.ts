import { z } from 'zod';
import { lang } from './fields';
import { defineRoute } from './route';

export const docsPage = defineRoute({
  method: 'get',
  path: '/docs',
  tag: 'operations',
  summary: { en: 'The HTTP interface, to read and to try', zh: 'HTTP 接口文档，可直接调试' },
  description: 'The OpenAPI document as a page, in English or Chinese by `lang`, or else by `Accept-Language`. While the sandbox is on, one click logs somebody in, so that each call can be tried. Nothing is loaded from elsewhere.',
  auth: 'none',
  query: z.object({ lang }),
  answers: { 200: { type: 'text/html', description: 'The page' } },
});

export const docsFile = defineRoute({
  method: 'get',
  path: '/docs/:file',
  tag: 'operations',
  summary: { en: 'A file of that page', zh: '接口文档页的文件' },
  auth: 'none',
  params: z.object({ file: z.string().max(64).describe('Name of the file').meta({ example: 'swagger-ui.css' }) }),
  answers: {
    200: { type: '*/*', description: 'The file' },
    404: { type: 'text/plain', description: 'There is no such file' },
  },
});
