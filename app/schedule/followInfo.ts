import type { Context } from 'egg';

/** One worker: asks WeChat about new followers for whom it did not answer at once. */
export default {
  schedule: { type: 'worker', interval: '5s', immediate: true },
  task: ({ app }: Context) => app.database.whenUp(() => app.followInfo.run()),
};
