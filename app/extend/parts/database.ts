import type { ConnectOptions } from 'mongoose';
import { databaseUrl } from '../../../config/database';
import { DatabaseStart, outageLog, tellOfClock } from '../../boot/database';
import type { BatcherOptions } from '../../lib/async/batcher';
import type { LeaseStore } from '../../lib/mongo/lease';
import { DatabaseClock } from '../../lib/mongo/clock';
import { DatabaseConnection } from '../../lib/mongo/connection';
import { DatabaseMonitor } from '../../lib/mongo/monitor';
import { BatchedCollection, type GroupTarget } from '../../lib/mongo/batchedCollection';
import { Recent } from '../../lib/async/recent';
import type { OutboxDocument } from '../../lib/outbox/document';
import type { FollowDocument } from '../../model/follow';
import type { LoginCodeDocument } from '../../model/loginCode';
import type { OpenidDocument } from '../../model/openid';
import type { SessionDocument } from '../../model/session';
import type { SyncDocument } from '../../lib/follow/syncDocument';
import type { UserDocument } from '../../model/user';
import { one } from './one';
import { environment } from './environment';

export const databaseConnection = one(app => new DatabaseConnection(
  app.mongoose.connection, databaseUrl(environment(app)), () => ({ ...app.config.mongoose.options as ConnectOptions }),
));
export const databaseClock = one(app => new DatabaseClock({
  ask: () => databaseConnection(app).time(),
  onChange: (state, offset) => tellOfClock(app, state, offset),
}));
export const database = one(app => {
  const log = outageLog(app);
  return new DatabaseMonitor({
    ping: () => databaseConnection(app).ping(),
    ...log,
    onBack: () => {
      log.onBack();
      // Another server may answer now.
      void databaseClock(app).measure();
    },
  });
});
export const databaseStart = one(app => new DatabaseStart(app));
const groupsOf = <T extends { _id: string }>(model: () => { collection: unknown }, options?: Pick<BatcherOptions, 'linger'>) => (
  new BatchedCollection<T>(() => model().collection as GroupTarget<T>, options)
);
/** Collections whose documents are read and written in groups. */
export const groups = one(({ model }) => ({
  loginCodes: groupsOf<LoginCodeDocument>(() => model.LoginCode, { linger: 25 }),
  openids: groupsOf<OpenidDocument>(() => model.Openid),
  users: groupsOf<UserDocument>(() => model.User),
  sessions: groupsOf<SessionDocument>(() => model.Session),
  follows: groupsOf<FollowDocument>(() => model.Follow),
  syncs: groupsOf<SyncDocument>(() => model.Sync),
  outbox: groupsOf<OutboxDocument>(() => model.Outbox),
}));
export const recentSessions = one(() => new Recent<SessionDocument>({ age: 1_000, size: 20_000 }));
export const leases = one(app => app.model.Lease.collection as unknown as LeaseStore);
