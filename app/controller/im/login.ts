import { Controller } from 'egg';
import { presentImLogin } from '../../presenter/im';

/** What a mini-program needs to log in to IM. */
export default class LoginController extends Controller {
  async userSig(): Promise<void> {
    const { ctx } = this;
    ctx.set('cache-control', 'no-store');
    ctx.succeed(presentImLogin(await ctx.service.im.presence.login(ctx.login)));
  }
}
