import type { Context } from 'egg';

/** What has not been handled by now was left by a crash. */
const GRACE = 3_000;

/** One worker: take up what a crash has left behind. */
export default {
  schedule: { type: 'worker', interval: '3s', immediate: true },
  task: ({ app, service }: Context) => app.database.whenUp(async () => {
    await service.handling.recover(new Date(Date.now() - GRACE));
    await service.user.resumeMerges(100);
  }),
};
