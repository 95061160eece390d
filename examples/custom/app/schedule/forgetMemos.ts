import type { Context } from 'egg';

/** One worker of each server, every hour. Another server may do it at the same time. */
export default {
  schedule: { type: 'worker', interval: '1h', immediate: true },
  task: ({ app, service }: Context) => app.database.whenUp(async () => {
    const count = await service.memo.forget();
    if (count > 0) app.logger.info('%d old memos have been forgotten', count);
  }),
};
