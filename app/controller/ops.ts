import { Controller } from 'egg';
import { openApiDocument } from '../schema/openapi';

/** For whoever runs the service. */
export default class OpsController extends Controller {
  async healthz(): Promise<void> {
    this.ctx.body = { status: 'ok' };
  }

  async readyz(): Promise<void> {
    const up = await this.ctx.service.health.databaseAnswers();
    this.ctx.status = up ? 200 : 503;
    this.ctx.body = { status: up ? 'ready' : 'unready', database: up ? 'up' : 'down' };
  }

  async openapi(): Promise<void> {
    this.ctx.body = openApiDocument(this.app.config.pkg.version);
  }
}
