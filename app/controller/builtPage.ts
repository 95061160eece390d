import type { Context } from 'egg';
import { acceptedLanguage } from '../lib/language/acceptLanguage';
import { render } from '../lib/language/message';
import type { PageFile, PageFiles } from '../lib/console/files';

const YEAR = 365 * 86_400;
const HEADERS = {
  'content-security-policy': 'default-src \'self\'; style-src \'self\'; script-src \'self\'; object-src \'none\'; base-uri \'none\'; form-action \'self\'; frame-ancestors \'none\'',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** Answers the page of a build; 404 when it was not built. */
export async function answerPage(ctx: Context, files: PageFiles, notBuilt: 'consoleNotBuilt' | 'phoneNotBuilt'): Promise<void> {
  const file = await files.find('index.html');
  if (file) return send(ctx, file);
  refuse(ctx, render({ key: notBuilt }, acceptedLanguage(ctx.get('accept-language'))));
}

/**
 * Answers a file of a build.
 * @param path below the page's own address
 * @return false when there is no such file, without an answer
 */
export async function answerFile(ctx: Context, files: PageFiles, path: string): Promise<boolean> {
  const file = await files.find(path);
  if (file) send(ctx, file);
  return file !== undefined;
}

/** Answers 404 for a file that the build does not have. */
export function answerNoFile(ctx: Context): void {
  refuse(ctx, 'There is no such file.');
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

function refuse(ctx: Context, text: string): void {
  ctx.set(HEADERS);
  ctx.status = 404;
  ctx.type = 'text/plain';
  ctx.body = text;
}
