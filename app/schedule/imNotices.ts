import type { Context } from 'egg';

/** Each worker: tell whoever is due of the IM messages that wait, and replay what was kept while the database was away. */
export default {
  schedule: { type: 'all', interval: '1s' },
  task: ({ app, service }: Context) => app.database.whenUp(async () => {
    if (!app.environment.im) return;
    await service.im.callback.replay();
    await app.imNotices.run();
  }),
};
