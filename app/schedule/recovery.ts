import type { Context } from 'egg';

/** One worker: handles messages that a crash has left. */
export default {
  schedule: { type: 'worker', interval: '3s', immediate: true },
  task: ({ app, service }: Context) => app.database.whenUp(async () => {
    await app.recovery.run();
    await service.user.resumeMerges(100);
  }),
};
