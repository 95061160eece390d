import { homePage, placesOf } from '../lib/home/page';
import { acceptedLanguage, LANGUAGE_TAGS } from '../lib/language/acceptLanguage';
import type * as schema from '../schema/ops';
import type { Handler } from '../schema/route';

/** Answers links to everything. */
export const home: Handler<typeof schema.home> = ctx => {
  const { app } = ctx;
  ctx.vary('accept');
  ctx.vary('accept-language');
  const places = placesOf(app.environment.sandbox);
  // A client that accepts anything is a program: browsers name HTML first.
  if (ctx.accepts('json', 'html') !== 'html') {
    ctx.body = { name: app.config.pkg.name, version: app.config.pkg.version, ...Object.fromEntries(places.map(({ name, path }) => [name, path])) };
    return;
  }
  const language = acceptedLanguage(ctx.get('accept-language'));
  ctx.set({ 'content-security-policy': 'default-src \'self\'', 'x-content-type-options': 'nosniff', 'content-language': LANGUAGE_TAGS[language] });
  ctx.type = 'text/html';
  ctx.body = homePage(places, language, String(app.config.pkg.version));
};

/** Answers as long as the process lives. */
export const healthz: Handler<typeof schema.healthz> = ctx => {
  ctx.body = { status: 'ok' };
};

/** Tells whether requests can be served. */
export const readyz: Handler<typeof schema.readyz> = async (ctx, { query }) => {
  const { health } = ctx.service;
  const state = await health.state();
  const status = state.database ? 'ready' : 'unready';
  ctx.status = state.database ? 200 : 503;
  if (query.verbose !== undefined) ctx.body = [...health.causes(state, await health.refused()), status, ''].join('\n');
  else ctx.body = { status, database: state.database ? 'up' : 'down', clock: state.clock, spool: state.spool };
};

/** Answers the metrics of all workers. */
export const metrics: Handler<typeof schema.metrics> = async ctx => {
  ctx.body = await ctx.service.metrics.text();
  ctx.set('content-type', ctx.app.metrics.registry.contentType);
};

/** Answers the OpenAPI document. */
export const openapi: Handler<typeof schema.openapi> = async (ctx, { query: { lang } }) => {
  ctx.vary('accept-language');
  ctx.type = 'application/json';
  ctx.body = await ctx.app.openApi(lang ?? acceptedLanguage(ctx.get('accept-language')));
};
