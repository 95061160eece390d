import type { Context } from 'egg';

/** One worker: ask WeChat about new followers whom it did not answer for at once. */
export default {
  schedule: { type: 'worker', interval: '5s', immediate: true },
  async task({ app }: Context) {
    if (app.database.up) await app.followInfo.run();
  },
};
