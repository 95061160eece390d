import type { Context } from 'egg';

/** One worker: releases the messages of apps that WeChat serves again. */
export default {
  schedule: { type: 'worker', interval: '5s' },
  task: ({ app, service }: Context) => app.database.whenUp(() => service.refusedApp.lookAfter()),
};
