import type { Context } from 'egg';

/** One worker: bring the templates of the mini-programs up to date, which people add and remove in WeChat's console too. */
export default {
  schedule: { type: 'worker', interval: '10m' },
  task: ({ app, service }: Context) => app.database.whenUp(() => service.template.refreshAll()),
};
