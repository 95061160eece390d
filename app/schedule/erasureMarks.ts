import type { Context } from 'egg';

/** Each worker: know who is being erased, whoever has begun it. */
export default {
  schedule: { type: 'all', interval: '1s' },
  task: ({ app }: Context) => app.database.whenUp(() => app.erasures.refresh()),
};
