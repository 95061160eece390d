import type { Context } from 'egg';

/** Each worker: tell whoever is due of the IM messages that wait, and replay what was kept while the database was away. */
export default {
  schedule: { type: 'all', interval: '1s' },
  async task({ app, service }: Context) {
    if (!app.environment.im || !app.database.up) return;
    await service.im.callback.replay();
    await app.imNotices.run();
  },
};
