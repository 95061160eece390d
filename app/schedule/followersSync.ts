import type { Context } from 'egg';

/** One worker, at night: whoever followed or left without our hearing of it. */
export default {
  schedule: { type: 'worker', cron: '0 17 3 * * *' },
  task: ({ app, service }: Context) => app.database.whenUp(() => service.followerSync.runNightly()),
};
