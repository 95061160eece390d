import { presentJob } from '../../presenter/job';
import type * as schema from '../../schema/jobs';
import type { Handler } from '../../schema/route';

/** Shows the progress of a job. */
export const showJob: Handler<typeof schema.showJob> = async (ctx, { params }) => presentJob(await ctx.service.job.find(params.id));
