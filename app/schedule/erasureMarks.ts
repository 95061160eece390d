import type { Context } from 'egg';

/** Each worker: reads who is being erased. */
export default {
  schedule: { type: 'all', interval: '1s' },
  task: ({ app }: Context) => app.database.whenUp(() => app.erasures.refresh()),
};
