import { AccessTokens, type AccessTokenStore } from '../../lib/wechat/accessTokens';
import { AppRefusals, type RefusalStore } from '../../lib/wechat/refusals';
import { WechatApps } from '../../lib/wechat/apps';
import { PushNotes, type PushNoteStore } from '../../lib/wechat/push/notes';
import { MOST_APPS, StoredApps } from '../../lib/wechat/storedApps';
import { SANDBOX_APPS } from '../../boot/sandboxApps';
import { notify } from '../../lib/process/instanceLog';
import { isUnavailable } from '../../lib/mongo/errors';
import { Recent } from '../../lib/async/recent';
import { MinuteQuota, type QuotaStore } from '../../lib/mongo/minuteQuota';
import { Tally, type TallyStore } from '../../lib/mongo/tally';
import { LOOPS } from '../../lib/outbox/kinds';
import { TemplateLookups } from '../../lib/wechat/outgoing/templateLookups';
import type { LibraryTitle } from '../../lib/wechat/endpoints/subscriptionTemplates';
import { one } from './one';
import { cipher, environment } from './environment';
import { metrics, upstream } from './upstream';

export const wechatApps = one(app => new WechatApps(environment(app).apps));
export const storedApps = one<StoredApps>(app => new StoredApps({
  load: () => app.model.WechatApp.collection.find({}, { sort: { _id: 1 }, limit: MOST_APPS, batchSize: MOST_APPS, raw: true }).toArray() as unknown as Promise<Uint8Array[]>,
  decode: bytes => app.mongoose.mongo.BSON.deserialize(bytes),
  cipher: cipher(app),
  registry: wechatApps(app),
  onUnusable: (appid, why) => notify(app.messenger, { about: `app ${appid}`, level: 'error', text: `The app ${appid} of the console cannot be used: ${why}`, once: true }),
  // The sandbox has to know which of its apps calls.
  onChange: apps => { if (environment(app).sandbox) app.messenger.sendToAgent(SANDBOX_APPS, apps); },
}));
export const pushNotes = one(app => new PushNotes(() => app.model.PushNote.collection as unknown as PushNoteStore));
export const wechatClient = one(app => upstream(app, environment(app).wechatApiBase));
// Separate connections: logins that hang take none from messages and from the tokens that messages need.
export const messageClient = one(app => upstream(app, environment(app).wechatApiBase, LOOPS.wechat.atOnce + 8));
export const refusals = one(app => new AppRefusals({
  store: () => app.model.AccessToken.collection as unknown as RefusalStore,
  appids: () => wechatApps(app).all().map(({ appid }) => appid),
  onRefused: (appid, text) => notify(app.messenger, { about: `refused ${appid}`, level: 'error', text }),
  onMended: async appid => app.createAnonymousContext().service.refusedApp.wake([appid]),
}));
export const accessTokens = one(app => new AccessTokens({
  store: () => app.model.AccessToken.collection as unknown as AccessTokenStore,
  client: messageClient(app),
  cipher: cipher(app),
  refusals: refusals(app),
  onRefresh: appid => metrics(app).tokenRefreshes.inc({ appid }),
}));
// The calls that WeChat accepts for one app in a minute, from all processes together. Blocks are small, because a
// process cannot use what another one holds.
const minuteQuota = (name: string, perMinute: number) => one(app => new MinuteQuota({
  name, perMinute, block: 10, store: () => app.model.RateLimit.collection as unknown as QuotaStore,
}));
export const textChecks = minuteQuota('textChecks', 4_000);
export const mediaChecks = minuteQuota('mediaChecks', 2_000);
/** Counts the scans of scenes. */
export const scans = one(app => new Tally({
  field: 'scans', store: () => app.model.Scene.collection as unknown as TallyStore,
  onError: error => { if (!isUnavailable(error)) app.logger.error(error); },
}));
export const templateLookups = one(() => new TemplateLookups());
/** The titles of WeChat's library of templates, by appid. */
export const libraryTitles = one(() => new Recent<LibraryTitle[]>({ age: 600_000, size: 100 }));
