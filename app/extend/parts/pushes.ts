import { join } from 'node:path';
import { Arrivals } from '../../lib/spool/arrivals';
import { Coalesced } from '../../lib/async/coalesced';
import { Batcher } from '../../lib/async/batcher';
import { ErasureMarks } from '../../lib/erasure/marks';
import type { ErasureDocument } from '../../lib/erasure/document';
import { Instances, type InstanceStore } from '../../lib/mongo/instances';
import { readRulesFile, RuleCache } from '../../lib/reply/ruleCache';
import { SubscriptionLedger, type LedgerCollection } from '../../lib/subscription/ledger';
import { Spool } from '../../lib/spool/spool';
import { batchedInsert, type InsertTarget } from '../../lib/mongo/batchedInsert';
import type { MessageDocument } from '../../model/message';
import type { Due } from '../../service/handling';
import { one } from './one';
import { blindIndex, environment } from './environment';

export const messageCollection = one(app => app.model.Message.collection as unknown as InsertTarget<MessageDocument>);
export const messageInserts = one(app => batchedInsert<MessageDocument>(() => messageCollection(app)));
/** Pushes are checked against erasures that were continued within this time, in milliseconds. */
const ERASURES_KNOWN_MS = 120_000;
/** The people who are being erased, or were a moment ago. */
export const erasures = one(app => new ErasureMarks(
  () => app.model.Erasure.find({ changedAt: { $gt: new Date(Date.now() - ERASURES_KNOWN_MS) } }, { marks: 1 }).lean<ErasureDocument[]>(),
  mark => blindIndex(app).of(mark),
));
export const erasing = one(app => new Coalesced(() => app.createAnonymousContext().service.erasing.lookAfter()));
export const handling = one(app => new Batcher<Due, void>(async due => {
  await app.createAnonymousContext().service.handling.handleFor(due);
  return due.map(() => ({ value: undefined }));
}, { size: 200, parallel: 1 }));
export const arrivals = one(app => new Arrivals(join(environment(app).spoolDir, 'arrivals'), error => {
  app.logger.warn('The workers of this instance cannot tell one another about their pushes, so the order of these is not certain: %s', error.message);
}));
export const recovery = one(app => new Coalesced(() => app.createAnonymousContext().service.handling.recoverAlone()));
export const spoolReplay = one(app => new Coalesced(() => app.createAnonymousContext().service.spool.replay()));
export const followInfo = one(app => new Coalesced(() => app.createAnonymousContext().service.followInfo.fetchDue()));
export const spool = one(app => new Spool(environment(app).spoolDir));
export const instances = one(app => {
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
/** Most stored rules that are read; later ones do not count. */
const MOST_RULES = 10_000;
export const rules = one(app => new RuleCache({
  load: () => app.model.ReplyRule.collection.find({}, { sort: { order: 1, _id: 1 }, limit: MOST_RULES, batchSize: MOST_RULES, raw: true })
    .toArray() as unknown as Promise<Uint8Array[]>,
  decode: bytes => app.mongoose.mongo.BSON.deserialize(bytes),
  fixed: readRulesFile(environment(app).replyRulesFile),
  onInvalid: (id, why) => app.logger.warn('The reply rule %s is left out: %s', id, why),
}));
export const ledger = one(app => new SubscriptionLedger(() => app.model.Subscription.collection as unknown as LedgerCollection));
