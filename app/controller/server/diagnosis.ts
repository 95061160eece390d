import { Controller } from 'egg';
import { presentCallRecord } from '../../presenter/diagnosis';
import * as schema from '../../schema/diagnosis';

/** What `npm run doctor` says, for the team's other backends. */
export default class DiagnosisController extends Controller {
  async show(): Promise<void> {
    const { query } = this.ctx.input(schema.diagnose);
    this.ctx.succeed({ checks: await this.ctx.service.diagnosis.ofApp(query.appid) });
  }

  async call(): Promise<void> {
    const { body } = this.ctx.input(schema.diagnoseCall);
    this.ctx.set('cache-control', 'no-store');
    this.ctx.succeed(presentCallRecord(await this.ctx.service.diagnosis.ofCall(body.rid, body.appid)));
  }
}
