import { Controller } from 'egg';
import { presentFollow } from '../../presenter/follow';
import * as schema from '../../schema/mini';

/** Whether the person who is logged in follows the official account. */
export default class FollowController extends Controller {
  async show(): Promise<void> {
    const { ctx } = this;
    const { appid } = ctx.input(schema.follow).query;
    ctx.succeed(presentFollow(await ctx.service.follow.ofPerson(await ctx.service.user.of(ctx.login), appid)));
  }
}
