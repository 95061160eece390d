import type { Context } from 'egg';

/** One worker: go on with jobs that a crash, or a failure that passes, has left. */
export default {
  schedule: { type: 'worker', interval: '2s', immediate: true },
  task: ({ app }: Context) => app.database.whenUp(() => app.jobs.look()),
};
