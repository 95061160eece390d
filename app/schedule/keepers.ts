import type { Context } from 'egg';

/** One worker: bring up to date what a process which has died was keeping for the console. */
export default {
  schedule: { type: 'worker', interval: '10s' },
  task: ({ app, service }: Context) => app.database.whenUp(() => service.keeping.repair()),
};
