import { presentJob } from '../../presenter/job';
import type * as schema from '../../schema/jobs';
import type { Handler } from '../../schema/route';

/** How far long work has come. */
export const showJob: Handler<typeof schema.showJob> = async (ctx, { params }) => presentJob(await ctx.service.job.find(params.id));
