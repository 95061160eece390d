import { Controller } from 'egg';
import { presentServerFollow } from '../../presenter/follow';
import * as schema from '../../schema/server';

/** Who follows, for the team's other backends. */
export default class FollowController extends Controller {
  async show(): Promise<void> {
    const { appid, ...who } = this.ctx.input(schema.showFollow).query;
    this.ctx.succeed(presentServerFollow(await this.ctx.service.follow.ofAnyone(who, appid)));
  }
}
