import type { Context } from 'egg';

/** One worker: replay the spool. */
export default {
  schedule: { type: 'worker', interval: '1s' },
  task: (ctx: Context) => ctx.service.spool.replay(),
};
