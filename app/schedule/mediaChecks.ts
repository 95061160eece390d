import type { Context } from 'egg';

/** One worker: gives up media checks that WeChat has not answered, and queues events that a crash has prevented. */
export default {
  schedule: { type: 'worker', interval: '15s', immediate: true },
  task: ({ app, service }: Context) => app.database.whenUp(() => service.security.media.lookAfter()),
};
