import type { Context } from 'egg';

/** One worker: tell of the ends of messages that a crash has kept from being told. */
export default {
  schedule: { type: 'worker', interval: '5s', immediate: true },
  task: ({ app, service }: Context) => app.database.whenUp(() => service.delivery.tellUntold()),
};
