import { Controller } from 'egg';
import * as schema from '../../schema/mini';
import { presentLogin } from '../../presenter/login';

/** Login of mini-programs and web pages, and what can be done with a session. */
export default class SessionController extends Controller {
  async login(): Promise<void> {
    const { body } = this.ctx.input(schema.login);
    this.ctx.succeed(presentLogin(await this.ctx.service.login.withCode(body.code, body.appid)));
  }

  async webLogin(): Promise<void> {
    const { body } = this.ctx.input(schema.webLogin);
    this.ctx.succeed(presentLogin(await this.ctx.service.login.withWebCode(body.code, body.appid)));
  }

  async check(): Promise<void> {
    const sessionKeyValid = await this.ctx.service.session.sessionKeyValid(this.ctx.login);
    this.ctx.succeed({ valid: true, sessionKeyValid });
  }

  async logout(): Promise<void> {
    await this.ctx.service.session.close(this.ctx.login);
    this.ctx.succeed(null);
  }

  async logoutAll(): Promise<void> {
    this.ctx.succeed({ ended: await this.ctx.service.session.closeAll(this.ctx.login) });
  }
}
