import { presentBroadcast } from '../../presenter/console/broadcast';
import type * as schema from '../../schema/console/broadcasts';
import type { Handler } from '../../schema/route';

/** Lists broadcasts. */
export const listBroadcasts: Handler<typeof schema.listBroadcasts> = async (ctx, { query }) => {
  const { items, next } = await ctx.service.console.broadcast.list(query);
  return { items: items.map(presentBroadcast), next };
};

/** Begins a broadcast, or counts its recipients. */
export const startBroadcast: Handler<typeof schema.startBroadcast> = async (ctx, { query, body }) => (
  query.count ? ctx.service.console.broadcast.count(body) : presentBroadcast(await ctx.service.console.broadcast.start(body))
);

/** Pauses, continues or stops a broadcast. */
export const changeBroadcast: Handler<typeof schema.changeBroadcast> = async (ctx, { params, body }) => (
  presentBroadcast(await ctx.service.console.broadcast.change(params.id, body.state))
);
