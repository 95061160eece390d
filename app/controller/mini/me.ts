import { Controller } from 'egg';
import { presentMe } from '../../presenter/me';

/** The person who is logged in. */
export default class MeController extends Controller {
  async show(): Promise<void> {
    const { ctx } = this;
    const { openid, user } = await ctx.service.user.profileOf(ctx.login);
    const { following } = await ctx.service.follow.ofPerson(openid);
    ctx.succeed(presentMe(openid, user, following));
  }
}
