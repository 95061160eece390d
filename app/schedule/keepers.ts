import type { Context } from 'egg';

/** One worker: brings up to date the conversations that a process was keeping when it died. */
export default {
  schedule: { type: 'worker', interval: '10s' },
  task: ({ app, service }: Context) => app.database.whenUp(() => service.keeping.repair()),
};
