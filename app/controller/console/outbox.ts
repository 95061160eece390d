import { presentRow, presentRowWithCause } from '../../presenter/consoleOutbox';
import type * as schema from '../../schema/console/outbox';
import type { Handler } from '../../schema/route';

/** Outgoing messages. */
export const listOutbox: Handler<typeof schema.listOutbox> = async (ctx, { query }) => {
  const { items, next } = await ctx.service.console.outbox.list(query);
  return { items: items.map(presentRow), next };
};

/** One of them. */
export const showOutbox: Handler<typeof schema.showOutbox> = async (ctx, { params }) => {
  const { row, cause } = await ctx.service.console.outbox.show(params.id);
  return presentRowWithCause(row, cause);
};

/** Sends one again. */
export const redriveOne: Handler<typeof schema.redriveOne> = async (ctx, { params }) => presentRow(await ctx.service.console.outbox.redrive(params.id));

/** Ends one that is not to be sent. */
export const dropOne: Handler<typeof schema.dropOne> = async (ctx, { params }) => presentRow(await ctx.service.console.outbox.drop(params.id));

/** Sends all again that fit. */
export const redriveMany: Handler<typeof schema.redriveMany> = async (ctx, { body }) => ({ jobId: (await ctx.service.console.outbox.begin('redrive', body.filter))._id });

/** Ends all that fit. */
export const dropMany: Handler<typeof schema.dropMany> = async (ctx, { body }) => ({ jobId: (await ctx.service.console.outbox.begin('drop', body.filter))._id });
