import type { Context } from 'egg';

/** One worker: replay the spool. */
export default {
  schedule: { type: 'worker', interval: '1s' },
  task: ({ app }: Context) => app.database.whenUp(() => app.spoolReplay.run()),
};
