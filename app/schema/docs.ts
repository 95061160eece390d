import { z } from 'zod';
import { defineRoute } from './route';

export const docsPage = defineRoute({
  method: 'get',
  path: '/docs',
  tag: 'operations',
  summary: 'The HTTP interface, to read and to try',
  description: 'The OpenAPI document as a page, in English or Chinese by `Accept-Language`. While the sandbox is on, one click logs somebody in, so that each call can be tried. Nothing is loaded from elsewhere.',
  auth: 'none',
  answers: { 200: { type: 'text/html', description: 'The page' } },
});

export const docsFile = defineRoute({
  method: 'get',
  path: '/docs/:file',
  tag: 'operations',
  summary: 'A file of that page',
  auth: 'none',
  params: z.object({ file: z.string().max(64).describe('Name of the file').meta({ example: 'swagger-ui.css' }) }),
  answers: {
    200: { type: '*/*', description: 'The file' },
    404: { type: 'text/plain', description: 'There is no such file' },
  },
});
