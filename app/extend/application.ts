import type { Application } from 'egg';
import { readEnv, type Env } from '../../config/env';
import { loadDataKey } from '../boot/dataKey';
import { BlindIndex } from '../lib/crypto/blindIndex';
import { FieldCipher } from '../lib/crypto/fieldCipher';
import { AccessTokens } from '../lib/wechat/accessTokens';
import { WeappRegistry } from '../lib/wechat/apps';
import { WechatClient } from '../lib/wechat/client';
import { groupedInsert, type InsertTarget } from '../lib/mongo/groupedInsert';
import { Metrics } from '../lib/metrics';
import type { MessageDocument } from '../model/message';
import type { AccessTokenStore } from '../lib/wechat/accessTokens';

/** Makes a thing of which a process has one, at its first use. */
function one<T>(make: (app: Application) => T): (app: Application) => T {
  const made = new WeakMap<Application, T>();
  return app => {
    let thing = made.get(app);
    if (thing === undefined) made.set(app, thing = make(app));
    return thing;
  };
}

const environment = one<Env>(() => readEnv());
const dataKey = one(app => loadDataKey(environment(app)));
const cipher = one(app => new FieldCipher({ current: dataKey(app), old: environment(app).dataKeysOld }));
const blindIndex = one(app => new BlindIndex(dataKey(app)));
const weapps = one(app => new WeappRegistry(environment(app).apps));
const metrics = one(() => new Metrics());
const wechatClient = one(app => new WechatClient({
  base: environment(app).wechatApiBase,
  observe: (path, seconds) => metrics(app).upstreamSeconds.observe({ path }, seconds),
}));
const accessTokens = one(app => new AccessTokens({
  store: () => app.model.AccessToken.collection as unknown as AccessTokenStore,
  client: wechatClient(app),
  cipher: cipher(app),
  onRefresh: appid => metrics(app).tokenRefreshes.inc({ appid }),
}));

const inbox = one(app => groupedInsert<MessageDocument>(() => app.model.Message.collection as unknown as InsertTarget<MessageDocument>));

/** What the process has one of. Getters, so that nothing is made before it is needed. */
export default {
  get environment() { return environment(this as unknown as Application); },
  get dataKey() { return dataKey(this as unknown as Application); },
  get cipher() { return cipher(this as unknown as Application); },
  get blindIndex() { return blindIndex(this as unknown as Application); },
  get weapps() { return weapps(this as unknown as Application); },
  get metrics() { return metrics(this as unknown as Application); },
  get wechatClient() { return wechatClient(this as unknown as Application); },
  get inbox() { return inbox(this as unknown as Application); },
  get accessTokens() { return accessTokens(this as unknown as Application); },
};
