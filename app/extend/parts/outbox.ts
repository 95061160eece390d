import type { Application } from 'egg';
import { JOB_KINDS } from '../../lib/jobs/job';
import type { JobStore } from '../../lib/jobs/lease';
import { JobRunner } from '../../lib/jobs/runner';
import { EventListeners } from '../../lib/events/listeners';
import { WebhookClient } from '../../lib/webhook/client';
import { Batcher } from '../../lib/async/batcher';
import { isUnavailable } from '../../lib/mongo/errors';
import { OutboxLoop } from '../../lib/outbox/loop';
import { OutboxByHand } from '../../lib/outbox/byHand';
import { OutboxClaims } from '../../lib/outbox/claims';
import { OutboxEndings } from '../../lib/outbox/endings';
import { MOST_IN_LANE, OutboxLanes } from '../../lib/outbox/lanes';
import type { InsertTarget } from '../../lib/mongo/batchedInsert';
import { kindsOf, LOOPS, loopOfLane, type LoopName } from '../../lib/outbox/kinds';
import type { Claimed, OutboxCollection, OutboxDocument } from '../../lib/outbox/document';
import type { Deadline } from '../../lib/async/deadline';
import type DeliveryService from '../../service/delivery';
import type { WindowVerdict } from '../../lib/wechat/outgoing/customWindow';
import { one } from './one';
import { database, databaseClock } from './database';

export const outboxCollection = one(app => app.model.Outbox.collection as unknown as OutboxCollection & InsertTarget<OutboxDocument>);
export const outboxClaims = one(app => new OutboxClaims(() => outboxCollection(app)));
export const outboxLanes = one(app => new OutboxLanes(() => outboxCollection(app)));
export const outboxStarts = one(app => new Batcher<Claimed, Deadline | undefined>(rows => outboxClaims(app).start(rows), { size: 256, parallel: 2 }));
const delivery = one<DeliveryService>(app => app.createAnonymousContext().service.delivery);
export const outboxResults = one(app => new Batcher<Parameters<DeliveryService['record']>[0][number], boolean>(
  results => delivery(app).record(results), { size: 256, parallel: 2, alone: error => !isUnavailable(error) },
));
export const customWindows = one(app => new Batcher<OutboxDocument, WindowVerdict>(async rows => (
  (await app.createAnonymousContext().service.customWindow.verdicts(rows)).map(value => ({ value }))
), { size: 256, parallel: 2 }));
const loopOf = (app: Application, name: LoopName) => new OutboxLoop({
  take: most => outboxClaims(app).take(kindsOf(name), most),
  lanes: outboxLanes(app),
  deliver: row => delivery(app).deliver(row),
  // Leases compare this machine's clock with times that other processes wrote.
  paused: () => !database(app).up || !databaseClock(app).trusted,
  onError: error => app.logger.error(error),
  concurrency: LOOPS[name].atOnce,
  poll: 500,
});
/** The loops that send queued messages, by name: see lib/outbox/kinds. */
export const outboxLoops = one<Record<LoopName, OutboxLoop>>(app => ({ wechat: loopOf(app, 'wechat'), webhook: loopOf(app, 'webhook'), listener: loopOf(app, 'listener') }));
export const outboxByHand = one(app => new OutboxByHand(() => outboxCollection(app), async ({ lane }) => {
  await outboxLanes(app).wake(lane);
  outboxLoops(app)[loopOfLane(lane)].wake();
}));
export const outboxEndings = one(app => new OutboxEndings(() => outboxCollection(app), async lane => {
  const loop = outboxLoops(app)[loopOfLane(lane)];
  loop.offer(await outboxLanes(app).wake(lane, loop.goesOn(MOST_IN_LANE)));
  loop.wake();
}));
/** Runs the jobs: see service/job. */
export const jobs = one(app => new JobRunner({
  store: () => app.model.Job.collection as unknown as JobStore,
  kinds: JOB_KINDS,
  step: (job, hold) => app.createAnonymousContext().service.job.step(job, hold),
  paused: () => !database(app).up || !databaseClock(app).trusted,
  onError: (error, id) => app.logger.error('The job %s: %s', id, (error as Error).stack),
}));
export const webhookClient = one(() => new WebhookClient());
export const eventListeners = one(() => new EventListeners());
