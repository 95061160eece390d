import type { Context } from 'egg';

/** One worker: gives back the grants of messages that a crash has kept from the queue. */
export default {
  schedule: { type: 'worker', interval: '30s', immediate: true },
  task: ({ app, service }: Context) => app.database.whenUp(() => service.subscription.lookAfterGrants()),
};
