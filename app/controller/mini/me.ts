import { Controller } from 'egg';
import { presentMe } from '../../presenter/me';

/** The person who is logged in. */
export default class MeController extends Controller {
  async show(): Promise<void> {
    const { ctx } = this;
    const openid = await ctx.service.user.of(ctx.login);
    const [user, { following }] = await Promise.all([ctx.service.user.behind(openid), ctx.service.follow.ofPerson(openid)]);
    ctx.succeed(presentMe(openid, user, following));
  }
}
