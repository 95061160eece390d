import type { Context } from 'egg';

/** One worker: remove what is older than it is to be kept. */
export default {
  schedule: { type: 'worker', interval: '1h', immediate: true },
  task: ({ app, service }: Context) => app.database.whenUp(async () => { await service.retention.removeOld(); }),
};
