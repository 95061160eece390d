import type { Context } from 'egg';
import { RULES_SEEN } from '../lib/reply/ruleCache';

/** One worker: checks for changes of the reply rules, for all workers of the instance. */
export default {
  schedule: { type: 'worker', interval: '1s' },
  task: ({ app }: Context) => app.database.whenUp(async () => {
    await app.rules.refresh();
    app.messenger.sendToApp(RULES_SEEN, app.rules.fingerprint);
  }),
};
