import type { Context } from 'egg';

/**
 * One worker: brings the templates of the mini-programs up to date, because people add and remove them in WeChat's
 * console too.
 */
export default {
  schedule: { type: 'worker', interval: '10m' },
  task: ({ app, service }: Context) => app.database.whenUp(() => service.template.refreshAll()),
};
