import { join } from 'node:path';
import type { Application } from 'egg';
import type { ConnectOptions } from 'mongoose';
import { databaseUrl } from '../../config/database';
import { readEnv, type Env } from '../../config/env';
import { DatabaseStart, outageLog, tellOfClock } from '../boot/database';
import { loadDataKey } from '../boot/dataKey';
import { Keeping } from '../boot/keeping';
import { Arrivals } from '../lib/arrivals';
import { BlindIndex } from '../lib/crypto/blindIndex';
import { FieldCipher } from '../lib/crypto/fieldCipher';
import { AccessTokens } from '../lib/wechat/accessTokens';
import { AppRefusals, type RefusalStore } from '../lib/wechat/refusals';
import { WeappRegistry } from '../lib/wechat/apps';
import { PushNotes, type PushNoteStore } from '../lib/wechat/pushNotes';
import { MOST_APPS, StoredApps } from '../lib/wechat/storedApps';
import { SANDBOX_APPS } from '../boot/sandboxApps';
import { WechatClient } from '../lib/wechat/client';
import { JOB_KINDS } from '../lib/jobs/job';
import type { JobStore } from '../lib/jobs/lease';
import { JobRunner } from '../lib/jobs/runner';
import { EventListeners } from '../lib/events/listeners';
import { MetricsExchange } from '../lib/metricsExchange';
import { WebhookClient } from '../lib/webhook/client';
import { openApiDocument } from '../schema/openapi';
import { Administrators, type AdminStore, type GuardStore } from '../lib/console/administrators';
import { SignInAttempts, type AttemptStore } from '../lib/console/attempts';
import { PageFiles } from '../lib/console/files';
import { Hub } from '../custom/hub';
import { Coalesced } from '../lib/coalesced';
import { Fresh } from '../lib/fresh';
import { Grouped, type Grouping } from '../lib/grouped';
import { allowAll } from '../lib/im/beforeSendMsg';
import { ErasureMarks } from '../lib/erasure/marks';
import type { ErasureDocument } from '../lib/erasure/document';
import { ImClient } from '../lib/im/client';
import { requireIm } from '../lib/im/off';
import { UserSigs } from '../lib/im/userSigs';
import { notify } from '../lib/instanceLog';
import { Instances, type InstanceStore } from '../lib/mongo/instances';
import { isUnavailable } from '../lib/mongo/errors';
import type { LeaseStore } from '../lib/mongo/lease';
import { DatabaseClock } from '../lib/mongo/clock';
import { DatabaseConnection } from '../lib/mongo/connection';
import { DatabaseMonitor } from '../lib/mongo/monitor';
import { OutboxLoop } from '../lib/outbox/loop';
import { OutboxByHand } from '../lib/outbox/byHand';
import { OutboxClaims } from '../lib/outbox/claims';
import { OutboxEndings } from '../lib/outbox/endings';
import { MOST_IN_LANE, OutboxLanes } from '../lib/outbox/lanes';
import { readRulesFile, RuleCache } from '../lib/reply/ruleCache';
import { SubscriptionLedger, type LedgerCollection } from '../lib/subscription/ledger';
import { Slots } from '../lib/slots';
import { Spool } from '../lib/spool/spool';
import { groupedInsert, type InsertTarget } from '../lib/mongo/groupedInsert';
import { GroupedCollection, type GroupTarget } from '../lib/mongo/groupedCollection';
import { Recent } from '../lib/recent';
import { Pace } from '../lib/pace';
import { Metrics } from '../lib/metrics';
import { RateLimiter, type RateStore } from '../lib/rateLimiter';
import { kindsOf, LOOPS, loopOfLane, type LoopName } from '../lib/outbox/kinds';
import type { Claimed, OutboxCollection, OutboxDocument } from '../lib/outbox/document';
import type { Deadline } from '../lib/deadline';
import type DeliveryService from '../service/delivery';
import type { WindowVerdict } from '../lib/wechat/customWindow';
import type { FollowDocument } from '../model/follow';
import type { LoginCodeDocument } from '../model/loginCode';
import type { MessageDocument } from '../model/message';
import type { OpenidDocument } from '../model/openid';
import type { SessionDocument } from '../model/session';
import type { SyncDocument } from '../lib/follow/syncDocument';
import type { UserDocument } from '../model/user';
import type { Due } from '../service/handling';
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
const cipher = one(app => new FieldCipher({ current: dataKey(app), old: environment(app).dataKeysOld }, (field, error) => {
  const text = `What is stored in ${field} cannot be read and counts as absent: ${error.message}`;
  notify(app.messenger, { about: `unreadable ${field}`, level: 'warn', text, once: true });
}));
const blindIndex = one(app => new BlindIndex(dataKey(app), environment(app).dataKeysOld));
const weapps = one(app => new WeappRegistry(environment(app).apps));
const storedApps = one(app => new StoredApps({
  load: () => app.model.Weapp.collection.find({}, { sort: { _id: 1 }, limit: MOST_APPS, batchSize: MOST_APPS, raw: true }).toArray() as unknown as Promise<Uint8Array[]>,
  decode: bytes => app.mongoose.mongo.BSON.deserialize(bytes),
  cipher: cipher(app),
  registry: weapps(app),
  onUnusable: (appid, why) => notify(app.messenger, { about: `app ${appid}`, level: 'error', text: `The app ${appid} of the console cannot be used: ${why}`, once: true }),
  // The simulated WeChat has to know whom it speaks with.
  onChange: apps => { if (environment(app).sandbox) app.messenger.sendToAgent(SANDBOX_APPS, apps); },
}));
const pushNotes = one(app => new PushNotes(() => app.model.PushNote.collection as unknown as PushNoteStore));
const metrics = one(() => {
  const made = new Metrics();
  made.collectNode();
  return made;
});
const upstream = (app: Application, base: string, maxSockets?: number) => new WechatClient({
  base, maxSockets, observe: (path, seconds) => metrics(app).upstreamSeconds.observe({ path }, seconds),
});
const wechatClient = one(app => upstream(app, environment(app).wechatApiBase));
// Connections of their own: logins that hang take none from messages, nor from the tokens that messages need.
const messageClient = one(app => upstream(app, environment(app).wechatApiBase, LOOPS.wechat.atOnce + 8));
const refusals = one(app => new AppRefusals({
  store: () => app.model.AccessToken.collection as unknown as RefusalStore,
  appids: () => weapps(app).all().map(({ appid }) => appid),
  onRefused: (appid, text) => notify(app.messenger, { about: `refused ${appid}`, level: 'error', text }),
  onMended: async appid => app.createAnonymousContext().service.refusedApp.wake([appid]),
}));
const accessTokens = one(app => new AccessTokens({
  store: () => app.model.AccessToken.collection as unknown as AccessTokenStore,
  client: messageClient(app),
  cipher: cipher(app),
  refusals: refusals(app),
  onRefresh: appid => metrics(app).tokenRefreshes.inc({ appid }),
}));

const rateLimiter = (name: string, perMinute: (env: Env) => number) => one(app => new RateLimiter({
  name, perMinute: perMinute(environment(app)), store: () => app.model.RateLimit.collection as unknown as RateStore,
}));
const loginLimiter = rateLimiter('login', ({ rateLimit }) => rateLimit.loginPerMinute);
const userLimiter = rateLimiter('user', ({ rateLimit }) => rateLimit.userPerMinute);
const administrators = one(app => new Administrators({
  admins: () => app.model.Admin.collection as unknown as AdminStore, guards: () => app.model.ConsoleSetup.collection as unknown as GuardStore,
}));
const signInAttempts = one(app => new SignInAttempts(() => app.model.SignInFailure.collection as unknown as AttemptStore));
const consoleFiles = one(app => new PageFiles(join(app.baseDir, 'app/public/console')));
const phoneFiles = one(app => new PageFiles(join(app.baseDir, 'app/public/sandbox')));
const databaseConnection = one(app => new DatabaseConnection(
  app.mongoose.connection, databaseUrl(environment(app)), () => ({ ...app.config.mongoose.options as ConnectOptions }),
));
const databaseClock = one(app => new DatabaseClock({
  ask: () => databaseConnection(app).time(),
  onChange: (state, offset) => tellOfClock(app, state, offset),
}));
const database = one(app => {
  const log = outageLog(app);
  return new DatabaseMonitor({
    ping: () => databaseConnection(app).ping(),
    ...log,
    onBack: () => {
      log.onBack();
      // It may be another server now.
      void databaseClock(app).measure();
    },
  });
});
const databaseStart = one(app => new DatabaseStart(app));
const messageCollection = one(app => app.model.Message.collection as unknown as InsertTarget<MessageDocument>);
const inbox = one(app => groupedInsert<MessageDocument>(() => messageCollection(app)));
const groupsOf = <T extends { _id: string }>(model: () => { collection: unknown }, options?: Pick<Grouping, 'linger'>) => (
  new GroupedCollection<T>(() => model().collection as GroupTarget<T>, options)
);
const groups = one(({ model }) => ({
  loginCodes: groupsOf<LoginCodeDocument>(() => model.LoginCode, { linger: 25 }),
  openids: groupsOf<OpenidDocument>(() => model.Openid),
  users: groupsOf<UserDocument>(() => model.User),
  sessions: groupsOf<SessionDocument>(() => model.Session),
  follows: groupsOf<FollowDocument>(() => model.Follow),
  syncs: groupsOf<SyncDocument>(() => model.Sync),
  outbox: groupsOf<OutboxDocument>(() => model.Outbox),
}));
/** Erasures of which pushes are asked, in milliseconds after they were last gone on with. */
const ERASURES_KNOWN = 120_000;
const erasures = one(app => new ErasureMarks(
  () => app.model.Erasure.find({ changedAt: { $gt: new Date(Date.now() - ERASURES_KNOWN) } }, { marks: 1 }).lean<ErasureDocument[]>(),
  mark => blindIndex(app).of(mark),
));
const erasing = one(app => new Coalesced(() => app.createAnonymousContext().service.erasing.lookAfter()));
/** Copies of people's data that a process makes at once. */
const copies = one(() => new Slots(4));
const recentSessions = one(() => new Recent<SessionDocument>({ age: 1_000, size: 20_000 }));
const handling = one(app => new Grouped<Due, void>(async due => {
  await app.createAnonymousContext().service.handling.handleFor(due);
  return due.map(() => ({ value: undefined }));
}, { size: 200, parallel: 1 }));
const arrivals = one(app => new Arrivals(join(environment(app).spoolDir, 'arrivals'), error => {
  app.logger.warn('The workers of this instance do not know of one another\'s pushes, whose order is not certain: %s', error.message);
}));
const recovery = one(app => new Coalesced(() => app.createAnonymousContext().service.handling.recoverAlone()));
const spoolReplay = one(app => new Coalesced(() => app.createAnonymousContext().service.spool.replay()));
const followInfo = one(app => new Coalesced(() => app.createAnonymousContext().service.followInfo.fetchDue()));
const spool = one(app => new Spool(environment(app).spoolDir));
const instances = one(app => {
  const made = new Instances({
    store: () => app.model.Instance.collection as unknown as InstanceStore,
    id: spool(app).lease,
    oldest: () => {
      const oldest = arrivals(app).oldest() / 1000;
      return spool(app).waits() ? undefined : oldest;
    },
  });
  app.beforeClose(() => made.stop());
  return made;
});
/** Most stored rules that count. */
const MOST_RULES = 10_000;
const rules = one(app => new RuleCache({
  load: () => app.model.ReplyRule.collection.find({}, { sort: { order: 1, _id: 1 }, limit: MOST_RULES, batchSize: MOST_RULES, raw: true })
    .toArray() as unknown as Promise<Uint8Array[]>,
  decode: bytes => app.mongoose.mongo.BSON.deserialize(bytes),
  fixed: readRulesFile(environment(app).replyRulesFile),
  onInvalid: (id, why) => app.logger.warn('The reply rule %s is left out: %s', id, why),
}));
const outboxCollection = one(app => app.model.Outbox.collection as unknown as OutboxCollection & InsertTarget<OutboxDocument>);
const leases = one(app => app.model.Lease.collection as unknown as LeaseStore);
const ledger = one(app => new SubscriptionLedger(() => app.model.Subscription.collection as unknown as LedgerCollection));
const outboxClaims = one(app => new OutboxClaims(() => outboxCollection(app)));
const outboxLanes = one(app => new OutboxLanes(() => outboxCollection(app)));
const outboxStarts = one(app => new Grouped<Claimed, Deadline | undefined>(rows => outboxClaims(app).start(rows), { size: 256, parallel: 2 }));
const delivery = one<DeliveryService>(app => app.createAnonymousContext().service.delivery);
const outboxResults = one(app => new Grouped<Parameters<DeliveryService['record']>[0][number], boolean>(
  results => delivery(app).record(results), { size: 256, parallel: 2, alone: error => !isUnavailable(error) },
));
const customWindows = one(app => new Grouped<OutboxDocument, WindowVerdict>(async rows => (
  (await app.createAnonymousContext().service.customWindow.verdicts(rows)).map(value => ({ value }))
), { size: 256, parallel: 2 }));
const loopOf = (app: Application, name: LoopName) => new OutboxLoop({
  take: most => outboxClaims(app).take(kindsOf(name), most),
  lanes: outboxLanes(app),
  deliver: row => delivery(app).deliver(row),
  // Leases compare this machine's clock with times that others wrote.
  paused: () => !database(app).up || !databaseClock(app).trusted,
  onError: error => app.logger.error(error),
  concurrency: LOOPS[name].atOnce,
  poll: 500,
});
const outboxLoops = one<Record<LoopName, OutboxLoop>>(app => ({ wechat: loopOf(app, 'wechat'), webhook: loopOf(app, 'webhook'), listener: loopOf(app, 'listener') }));
const outboxByHand = one(app => new OutboxByHand(() => outboxCollection(app), async ({ lane }) => {
  await outboxLanes(app).wake(lane);
  outboxLoops(app)[loopOfLane(lane)].wake();
}));
const outboxEndings = one(app => new OutboxEndings(() => outboxCollection(app), async lane => {
  const loop = outboxLoops(app)[loopOfLane(lane)];
  loop.offer(await outboxLanes(app).wake(lane, loop.goesOn(MOST_IN_LANE)));
  loop.wake();
}));
const jobs = one(app => new JobRunner({
  store: () => app.model.Job.collection as unknown as JobStore,
  kinds: JOB_KINDS,
  step: (job, hold) => app.createAnonymousContext().service.job.step(job, hold),
  paused: () => !database(app).up || !databaseClock(app).trusted,
  onError: (error, id) => app.logger.error('The job %s: %s', id, (error as Error).stack),
}));
const webhookClient = one(() => new WebhookClient());
const eventListeners = one(() => new EventListeners());
const hub = one(app => new Hub(app));
// Written once: it takes 20 ms and never changes.
const openApi = one(app => Buffer.from(JSON.stringify(openApiDocument(app.config.pkg.version))));
const keeping = one(app => new Keeping(app));
const outboxCounts = one(app => new Fresh(() => app.createAnonymousContext().service.metrics.countOutbox(), 1_000));
const metricsExchange = one(app => new MetricsExchange(app.messenger, metrics(app).registry));

const imApi = one(app => upstream(app, environment(app).imApiBase));
// IM takes 200 queries a second: the workers share them.
const imClient = one(app => new ImClient({
  ...requireIm(environment(app).im), client: imApi(app), pace: new Pace(Math.max(200 / environment(app).workers, 1)),
}));
const userSigs = one(app => new UserSigs(requireIm(environment(app).im)));
const imNotices = one(app => new Coalesced(() => app.createAnonymousContext().service.im.notice.sendDue()));
const imSpool = one(app => new Spool(join(environment(app).spoolDir, 'im')));
const hooks = one(() => ({ beforeSendMsg: allowAll }));

/** What the process has one of. Getters, so that nothing is made before it is needed. */
export default {
  get environment() { return environment(this as unknown as Application); },
  get dataKey() { return dataKey(this as unknown as Application); },
  get cipher() { return cipher(this as unknown as Application); },
  get blindIndex() { return blindIndex(this as unknown as Application); },
  get weapps() { return weapps(this as unknown as Application); },
  get storedApps() { return storedApps(this as unknown as Application); },
  get pushNotes() { return pushNotes(this as unknown as Application); },
  get metrics() { return metrics(this as unknown as Application); },
  get wechatClient() { return wechatClient(this as unknown as Application); },
  get loginLimiter() { return loginLimiter(this as unknown as Application); },
  get userLimiter() { return userLimiter(this as unknown as Application); },
  get administrators() { return administrators(this as unknown as Application); },
  get signInAttempts() { return signInAttempts(this as unknown as Application); },
  get consoleFiles() { return consoleFiles(this as unknown as Application); },
  get phoneFiles() { return phoneFiles(this as unknown as Application); },
  get databaseConnection() { return databaseConnection(this as unknown as Application); },
  get databaseStart() { return databaseStart(this as unknown as Application); },
  get databaseClock() { return databaseClock(this as unknown as Application); },
  get database() { return database(this as unknown as Application); },
  get messageCollection() { return messageCollection(this as unknown as Application); },
  /** Collections whose documents are read and written in groups. */
  get groups() { return groups(this as unknown as Application); },
  /** Who is being erased, or was a moment ago. */
  get erasures() { return erasures(this as unknown as Application); },
  get erasing() { return erasing(this as unknown as Application); },
  get copies() { return copies(this as unknown as Application); },
  get recentSessions() { return recentSessions(this as unknown as Application); },
  get handling() { return handling(this as unknown as Application); },
  get arrivals() { return arrivals(this as unknown as Application); },
  get instances() { return instances(this as unknown as Application); },
  get recovery() { return recovery(this as unknown as Application); },
  get spoolReplay() { return spoolReplay(this as unknown as Application); },
  get followInfo() { return followInfo(this as unknown as Application); },
  get spool() { return spool(this as unknown as Application); },
  get rules() { return rules(this as unknown as Application); },
  get outboxCollection() { return outboxCollection(this as unknown as Application); },
  get leases() { return leases(this as unknown as Application); },
  get ledger() { return ledger(this as unknown as Application); },
  get outboxClaims() { return outboxClaims(this as unknown as Application); },
  get outboxLanes() { return outboxLanes(this as unknown as Application); },
  get outboxByHand() { return outboxByHand(this as unknown as Application); },
  get outboxEndings() { return outboxEndings(this as unknown as Application); },
  get outboxStarts() { return outboxStarts(this as unknown as Application); },
  get outboxResults() { return outboxResults(this as unknown as Application); },
  get customWindows() { return customWindows(this as unknown as Application); },
  get messageClient() { return messageClient(this as unknown as Application); },
  /** Does long work: see service/job. */
  get jobs() { return jobs(this as unknown as Application); },
  /** What sends what is queued, by name: see lib/outbox/kinds. */
  get outboxLoops() { return outboxLoops(this as unknown as Application); },
  get webhookClient() { return webhookClient(this as unknown as Application); },
  get eventListeners() { return eventListeners(this as unknown as Application); },
  /** What the team's own code builds on: see docs/custom.md. */
  get hub() { return hub(this as unknown as Application); },
  /** The OpenAPI document, as JSON. */
  get openApi() { return openApi(this as unknown as Application); },
  /** What the console lists, kept in groups. */
  get keeping() { return keeping(this as unknown as Application); },
  get outboxCounts() { return outboxCounts(this as unknown as Application); },
  get metricsExchange() { return metricsExchange(this as unknown as Application); },
  get imApi() { return imApi(this as unknown as Application); },
  get imClient() { return imClient(this as unknown as Application); },
  get userSigs() { return userSigs(this as unknown as Application); },
  get imNotices() { return imNotices(this as unknown as Application); },
  get imSpool() { return imSpool(this as unknown as Application); },
  get hooks() { return hooks(this as unknown as Application); },
  get inbox() { return inbox(this as unknown as Application); },
  get refusals() { return refusals(this as unknown as Application); },
  get accessTokens() { return accessTokens(this as unknown as Application); },
};
