import { Controller } from 'egg';

/** For whoever runs the service. */
export default class OpsController extends Controller {
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
