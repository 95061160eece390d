import { Controller } from 'egg';
import { openApiDocument } from '../schema/openapi';

/** For whoever runs the service. */
export default class OpsController extends Controller {
  async healthz(): Promise<void> {
    this.ctx.body = { status: 'ok' };
  }

  async readyz(): Promise<void> {
    const { database, spool } = await this.ctx.service.health.state();
    this.ctx.status = database ? 200 : 503;
    this.ctx.body = { status: database ? 'ready' : 'unready', database: database ? 'up' : 'down', spool };
  }

  async metrics(): Promise<void> {
    const { app, service } = this.ctx;
    this.ctx.body = await service.metrics.text();
    this.ctx.set('content-type', app.metrics.registry.contentType);
  }

  async openapi(): Promise<void> {
    this.ctx.body = openApiDocument(this.app.config.pkg.version);
  }
}
