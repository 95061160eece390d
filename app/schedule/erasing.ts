import type { Context } from 'egg';

/** One worker: continues erasures that a crash has interrupted, and ends finished ones. */
export default {
  schedule: { type: 'worker', interval: '1s', immediate: true },
  task: ({ app }: Context) => app.database.whenUp(() => app.erasing.run()),
};
