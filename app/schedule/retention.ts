import type { Context } from 'egg';

/** One worker: removes documents whose time is over. */
export default {
  schedule: { type: 'worker', interval: '1h', immediate: true },
  task: ({ app, service }: Context) => app.database.whenUp(async () => { await service.retention.removeOld(); }),
};
