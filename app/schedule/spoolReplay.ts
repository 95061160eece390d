import type { Context } from 'egg';

/** One worker: replay the spool. */
export default {
  schedule: { type: 'worker', interval: '1s' },
  task: ({ app, service }: Context) => app.database.whenUp(() => service.spool.replay()),
};
