import type { Context } from 'egg';

/** One worker: ask WeChat about new followers whom it did not answer for at once. */
export default {
  schedule: { type: 'worker', interval: '5s', immediate: true },
  task: ({ app }: Context) => app.database.whenUp(() => app.followInfo.run()),
};
