import type { Context } from 'egg';

/** One worker: tell of the ends of messages that a crash has kept from being told. */
export default {
  schedule: { type: 'worker', interval: '5s', immediate: true },
  async task({ app, service }: Context) {
    if (app.database.up) await service.delivery.tellUntold();
  },
};
