import { presentSubscription } from '../../presenter/subscription';
import type * as schema from '../../schema/mini';
import type { Handler } from '../../schema/route';

/** Lists the subscription messages that the logged-in person allows. */
export const subscriptions: Handler<typeof schema.subscriptions> = async ctx => (
  (await ctx.service.subscription.list(ctx.login)).map(presentSubscription)
);
