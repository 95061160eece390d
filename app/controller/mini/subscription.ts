import { Controller } from 'egg';
import { presentSubscription } from '../../presenter/subscription';

/** What the person who is logged in allows to be sent. */
export default class SubscriptionController extends Controller {
  async list(): Promise<void> {
    const { ctx } = this;
    ctx.succeed((await ctx.service.subscription.list(ctx.login)).map(presentSubscription));
  }
}
