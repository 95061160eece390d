import { Controller } from 'egg';
import * as schema from '../../schema/mini';

/** Data that WeChat encrypts for the session of the caller. */
export default class OpenDataController extends Controller {
  async unionId(): Promise<void> {
    const { body } = this.ctx.input(schema.unionId);
    this.ctx.succeed(await this.ctx.service.openData.userInfo(this.ctx.login, body));
  }

  async phone(): Promise<void> {
    const { body } = this.ctx.input(schema.phone);
    const { openData } = this.ctx.service;
    this.ctx.succeed('code' in body ? await openData.phoneByCode(this.ctx.login, body.code) : await openData.phone(this.ctx.login, body));
  }
}
