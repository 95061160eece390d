import { presentConsoleJob } from '../../presenter/console';
import type * as schema from '../../schema/console/jobs';
import type { Handler } from '../../schema/route';

/** Lists jobs of a kind. */
export const listJobs: Handler<typeof schema.listJobs> = async (ctx, { query }) => {
  const { items, next } = await ctx.service.console.job.list(query);
  return { items: items.map(presentConsoleJob), next };
};

/** Shows the progress of a job. */
export const showJob: Handler<typeof schema.showJob> = async (ctx, { params }) => presentConsoleJob(await ctx.service.job.find(params.id));

/** Pauses, continues or stops a job. */
export const changeJob: Handler<typeof schema.changeJob> = async (ctx, { params, body }) => (
  presentConsoleJob(await ctx.service.console.job.change(params.id, body.state))
);
