import type { Context } from 'egg';

/** One worker: give up media checks that WeChat has not answered, and tell of what a crash has kept from being told. */
export default {
  schedule: { type: 'worker', interval: '15s', immediate: true },
  task: ({ app, service }: Context) => app.database.whenUp(() => service.security.media.lookAfter()),
};
