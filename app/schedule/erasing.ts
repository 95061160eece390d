import type { Context } from 'egg';

/** One worker: go on with erasures that a crash has interrupted, and end those that are done. */
export default {
  schedule: { type: 'worker', interval: '1s', immediate: true },
  task: ({ app }: Context) => app.database.whenUp(() => app.erasing.run()),
};
