import type { Context } from 'egg';

/**
 * Each worker: sends due notices about IM messages, and replays callbacks that were kept while the database was away.
 */
export default {
  schedule: { type: 'all', interval: '1s' },
  task: ({ app, service }: Context) => app.database.whenUp(async () => {
    if (!app.environment.im) return;
    await service.im.callback.replay();
    await app.imNotices.run();
  }),
};
