import type { Context } from 'egg';
import { render } from '../../lib/language/message';
import { acceptedLanguage } from '../../lib/language/acceptLanguage';
import type { PageFile } from '../../lib/console/files';
import type * as schema from '../../schema/console/page';
import type { Handler } from '../../schema/route';

const YEAR = 365 * 86_400;
const HEADERS = {
  'content-security-policy': 'default-src \'self\'; style-src \'self\'; script-src \'self\'; object-src \'none\'; base-uri \'none\'; form-action \'self\'; frame-ancestors \'none\'',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** The console's page. */
export const consolePage: Handler<typeof schema.consolePage> = ctx => page(ctx);

/** A file of the console or, for any other address below it, the page. */
export const consoleFile: Handler<typeof schema.consoleFile> = async ctx => {
  const path = ctx.path.slice('/console/'.length);
  // Of the interface, which answers for itself.
  if (/^api(\/|$)/i.test(path)) return;
  if (path === '' || path === 'index.html') return page(ctx);
  const file = await ctx.app.consoleFiles.find(path);
  if (file) return send(ctx, file);
  // A page of the console is no file: the one page shows it.
  if (!path.startsWith('assets/') && !/\.[^/]*$/.test(path)) return page(ctx);
  answer(ctx, 404, 'There is no such file.');
};

async function page(ctx: Context): Promise<void> {
  const file = await ctx.app.consoleFiles.find('index.html');
  if (file) return send(ctx, file);
  answer(ctx, 404, render({ key: 'consoleNotBuilt' }, acceptedLanguage(ctx.get('accept-language'))));
}

function send(ctx: Context, file: PageFile): void {
  ctx.set(HEADERS);
  ctx.set('cache-control', file.hashed ? `public, max-age=${YEAR}, immutable` : 'no-cache');
  ctx.set('etag', file.etag);
  ctx.vary('accept-encoding');
  if (ctx.get('if-none-match') === file.etag) {
    ctx.status = 304;
    return;
  }
  const encoding = ctx.acceptsEncodings('br', 'gzip', 'identity');
  const compressed = encoding === 'br' ? file.br : encoding === 'gzip' ? file.gzip : undefined;
  ctx.status = 200;
  ctx.set('content-type', file.type);
  if (compressed) ctx.set('content-encoding', String(encoding));
  ctx.body = compressed ?? file.plain;
}

function answer(ctx: Context, status: number, text: string): void {
  ctx.set(HEADERS);
  ctx.status = status;
  ctx.type = 'text/plain';
  ctx.body = text;
}
