import { Controller } from 'egg';
import { homePage, LANGUAGE_TAGS, placesOf } from '../lib/home/page';
import { acceptedLanguage } from '../lib/language/acceptLanguage';

/** For whoever runs the service. */
export default class OpsController extends Controller {
  async home(): Promise<void> {
    const { app, ctx } = this;
    ctx.vary('accept');
    ctx.vary('accept-language');
    const places = placesOf(app.environment.sandbox);
    // Whoever takes anything is a program: a browser names HTML first.
    if (ctx.accepts('json', 'html') !== 'html') {
      ctx.body = { name: app.config.pkg.name, version: app.config.pkg.version, ...Object.fromEntries(places.map(({ name, path }) => [name, path])) };
      return;
    }
    const language = acceptedLanguage(ctx.get('accept-language'));
    ctx.set({ 'content-security-policy': 'default-src \'self\'', 'x-content-type-options': 'nosniff', 'content-language': LANGUAGE_TAGS[language] });
    ctx.type = 'text/html';
    ctx.body = homePage(places, language, String(app.config.pkg.version));
  }

  async healthz(): Promise<void> {
    this.ctx.body = { status: 'ok' };
  }

  async readyz(): Promise<void> {
    const { ctx } = this;
    const { health } = ctx.service;
    const state = await health.state();
    const status = state.database ? 'ready' : 'unready';
    ctx.status = state.database ? 200 : 503;
    if ('verbose' in ctx.query) ctx.body = [...health.causes(state, await health.refused()), status, ''].join('\n');
    else ctx.body = { status, database: state.database ? 'up' : 'down', clock: state.clock, spool: state.spool };
  }

  async metrics(): Promise<void> {
    const { app, service } = this.ctx;
    this.ctx.body = await service.metrics.text();
    this.ctx.set('content-type', app.metrics.registry.contentType);
  }

  async openapi(): Promise<void> {
    this.ctx.type = 'application/json';
    this.ctx.body = this.app.openApi;
  }
}
