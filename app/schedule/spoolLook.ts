import type { Context } from 'egg';

/** Each worker: seals its own part of the spool when the database is back. */
export default {
  schedule: { type: 'all', interval: '1s', immediate: true },
  task: (ctx: Context) => ctx.service.spool.look(),
};
