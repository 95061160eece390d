import type { Context } from 'egg';
import { APPS_SEEN } from '../lib/wechat/storedApps';

/** One worker: checks for changes of the console's apps, for all workers of the instance. */
export default {
  schedule: { type: 'worker', interval: '1s' },
  task: ({ app }: Context) => app.database.whenUp(async () => {
    await app.storedApps.refresh();
    app.messenger.sendToApp(APPS_SEEN, app.storedApps.fingerprint);
  }),
};
