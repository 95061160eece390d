import type { Context } from 'egg';

/** One worker: let go, once it is mended, what waits for apps that WeChat refuses. */
export default {
  schedule: { type: 'worker', interval: '5s' },
  task: ({ app, service }: Context) => app.database.whenUp(() => service.refusedApp.lookAfter()),
};
