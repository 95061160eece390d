import { presentRow, presentRowWithCause } from '../../presenter/consoleOutbox';
import type * as schema from '../../schema/console/outbox';
import type { Handler } from '../../schema/route';

/** Lists outgoing messages. */
export const listOutbox: Handler<typeof schema.listOutbox> = async (ctx, { query }) => {
  const { items, next } = await ctx.service.console.outbox.list(query);
  return { items: items.map(presentRow), next };
};

/** Shows an outgoing message. */
export const showOutbox: Handler<typeof schema.showOutbox> = async (ctx, { params }) => {
  const { row, cause } = await ctx.service.console.outbox.show(params.id);
  return presentRowWithCause(row, cause);
};

/** Sends a message again. */
export const redriveOne: Handler<typeof schema.redriveOne> = async (ctx, { params }) => presentRow(await ctx.service.console.outbox.redrive(params.id));

/** Ends a message that must not be sent. */
export const dropOne: Handler<typeof schema.dropOne> = async (ctx, { params }) => presentRow(await ctx.service.console.outbox.drop(params.id));

/** Sends again all messages that match a filter. */
export const redriveMany: Handler<typeof schema.redriveMany> = async (ctx, { body }) => ({ jobId: (await ctx.service.console.outbox.begin('redrive', body.filter))._id });

/** Ends all messages that match a filter. */
export const dropMany: Handler<typeof schema.dropMany> = async (ctx, { body }) => ({ jobId: (await ctx.service.console.outbox.begin('drop', body.filter))._id });
