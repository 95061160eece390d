import { dirname, join } from 'node:path';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { docsPage as writePage } from '../lib/docs/page';
import { acceptedLanguage } from '../lib/language/acceptLanguage';
import type * as schema from '../schema/docs';
import type { Handler } from '../schema/route';

const DIRECTORY = dirname(require.resolve('swagger-ui-dist/package.json'));
const FILES: Record<string, string> = { 'swagger-ui.css': 'text/css', 'swagger-ui-bundle.js': 'text/javascript' };
/** Swagger UI's own style sheet has images as data URLs; everything else comes from this server. */
const POLICY = 'default-src \'self\'; style-src \'self\'; script-src \'self\'; img-src \'self\' data:; frame-ancestors \'none\'';

/** Answers the page of the HTTP interface's documentation. */
export const docsPage: Handler<typeof schema.docsPage> = (ctx, { query: { lang } }) => {
  ctx.vary('accept-language');
  ctx.set({ 'content-security-policy': POLICY, 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
  ctx.type = 'text/html';
  ctx.body = writePage(lang ?? acceptedLanguage(ctx.get('accept-language')), ctx.app.environment.sandbox);
};

/** Answers the files that draw the page. */
export const docsFile: Handler<typeof schema.docsFile> = async (ctx, { params: { file } }) => {
  if (!Object.hasOwn(FILES, file)) return;
  const path = join(DIRECTORY, file);
  const { size, mtime } = await stat(path);
  ctx.set({ 'cache-control': 'public, max-age=86400', 'x-content-type-options': 'nosniff' });
  ctx.type = FILES[file];
  ctx.length = size;
  ctx.lastModified = mtime;
  ctx.body = createReadStream(path);
};
