import type { Context } from 'egg';

/** One worker: continues jobs that a crash, or a temporary failure, has left. */
export default {
  schedule: { type: 'worker', interval: '2s', immediate: true },
  task: ({ app }: Context) => app.database.whenUp(() => app.jobs.look()),
};
