import type { Context } from 'egg';

/** One worker, at night: finds followers who came or left without an event. */
export default {
  schedule: { type: 'worker', cron: '0 17 3 * * *' },
  task: ({ app, service }: Context) => app.database.whenUp(() => service.followerSync.runNightly()),
};
