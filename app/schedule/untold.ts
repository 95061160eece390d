import type { Context } from 'egg';

/** One worker: queues the events of ended messages that a crash has prevented. */
export default {
  schedule: { type: 'worker', interval: '5s', immediate: true },
  task: ({ app, service }: Context) => app.database.whenUp(() => service.delivery.tellUntold()),
};
