import type { CollectionName } from '../mongo/collections';
import type { Person } from './document';
import { emptyAuditLog, emptyNews, emptyOthersNotices, emptySyncs, removeLoginCodes, removeMessages, removeRows } from './emptying';
import { keysOf } from './gather';
import { emptyJobs } from './jobs';
import type { End, Scope } from './scope';

type Filter = Record<string, unknown>;

/** What happens to a person's documents in one collection, and how they are found. */
export interface Treatment {
  /** In words: docs/privacy.md says the same. */
  readonly becomes: 'removed' | 'emptied' | 'kept, naming nobody' | 'holds nobody';
  /** Filters, each on an index, that find the person's documents together. */
  own?(person: Person): Filter[];
  /** Each filter leaves out what the others find, and each is read in this order. */
  order?: Record<string, 1 | -1>;
  /** The documents from before the end of the erasure. A person who comes back is a new person. */
  before?(end: End): Filter;
  /** Does it; when left out, the documents that `own` finds are removed. @return how many documents */
  erase?(scope: Scope): Promise<number>;
  /** Fields that no export shows: secrets, and those that say nothing about the person. */
  hidden?: readonly string[];
  /** Whether the documents are left out of exports. */
  unexported?: boolean;
}

const openidsOf = ({ accounts }: Person) => accounts.map(({ openid }) => openid);
const ofAccounts = ({ accounts }: Person): Filter[] => accounts.map(({ appid, openid }) => ({ appid, openid }));
const byOpenid = (person: Person): Filter[] => [{ openid: { $in: openidsOf(person) } }];
const byKey = (person: Person): Filter[] => [{ _id: { $in: keysOf(person) } }];
const notAfter = (field: string) => ({ at }: End): Filter => ({ [field]: { $lte: at } });
const holdsNobody: Treatment = { becomes: 'holds nobody' };

/** What an erasure does to each collection, in this order: first what lets the person in, then everything else. */
export const TREATMENTS = {
  sessions: { becomes: 'removed', own: person => [{ userId: { $in: person.userIds } }, ...ofAccounts(person)], before: notAfter('createdAt'), hidden: ['_id'] },
  loginCodes: { becomes: 'removed', erase: removeLoginCodes, unexported: true },
  openids: { becomes: 'removed', own: byKey, before: notAfter('createdAt'), hidden: ['sessionKey', 'sessionKeyAt', 'newBy'] },
  users: {
    becomes: 'removed',
    own: ({ userIds, unionids }) => [{ _id: { $in: userIds } }, { unionid: { $in: unionids } }],
    before: notAfter('createdAt'),
  },
  // Consequences of a push carry the push's order, however late they are done. WeChat's own list of followers is newer.
  follows: {
    becomes: 'removed',
    own: byKey,
    before: ({ at, order }) => ({ changedOrder: { $not: { $gt: order } }, syncedAt: { $not: { $gt: at } } }),
    hidden: ['info', 'changedOrder'],
  },
  subscriptions: { becomes: 'removed', own: ofAccounts, before: ({ order }) => ({ chosenOrder: { $not: { $gt: order } } }), hidden: ['held', 'applied', 'chosenOrder', 'zeroedOrder', 'grants'] },
  conversations: { becomes: 'removed', own: byKey, before: notAfter('lastAt') },
  notes: { becomes: 'removed', own: ({ userIds }) => [{ userId: { $in: userIds } }], before: notAfter('at') },
  scenes: { becomes: 'removed', own: byOpenid, before: notAfter('createdAt') },
  mediaChecks: { becomes: 'removed', own: byOpenid, before: notAfter('createdAt') },
  imNotices: {
    becomes: 'removed',
    own: ({ imUserIds }) => [{ _id: { $in: imUserIds } }],
    before: ({ at }) => ({ 'last.at': { $not: { $gt: at } } }),
    erase: emptyOthersNotices,
    hidden: ['lease', 'seen'],
  },
  imAccounts: {
    becomes: 'removed',
    own: ({ imUserIds }) => [{ _id: { $in: imUserIds } }],
    // A late callback of IM brings only a state; a mapped account belongs to a person who came back.
    before: ({ at }) => ({ openid: { $exists: false }, stateAt: { $lte: at } }),
  },
  messages: {
    becomes: 'removed', own: ofAccounts, order: { receivedAt: 1 }, erase: removeMessages, hidden: ['arrival', 'repetitions', 'order', 'handleTries', 'triedAt'],
  },
  outbox: {
    becomes: 'removed', own: ofAccounts, order: { createdAt: 1 }, erase: removeRows, hidden: ['lease', 'lane', 'order', 'sendId', 'contentDigest', 'awaited', 'blocked', 'untold', 'waits'],
  },
  jobs: { becomes: 'emptied', erase: emptyJobs, unexported: true },
  syncs: { becomes: 'emptied', erase: emptySyncs, unexported: true },
  auditLog: {
    becomes: 'kept, naming nobody',
    own: person => [{ target: { $in: [...person.userIds, ...keysOf(person)] } }],
    erase: emptyAuditLog,
    hidden: ['who', 'detail'],
  },
  // Documents of `erasures` are emptied at the end of each erasure.
  erasures: { becomes: 'kept, naming nobody', unexported: true },
  news: { becomes: 'emptied', erase: emptyNews, unexported: true },
  accessTokens: holdsNobody,
  // Administrators are not users of an app.
  admins: holdsNobody,
  apps: holdsNobody,
  consoleSessions: holdsNobody,
  consoleSetup: holdsNobody,
  pushNotes: holdsNobody,
  signInFailures: holdsNobody,
  counters: holdsNobody,
  keepers: holdsNobody,
  instances: holdsNobody,
  leases: holdsNobody,
  media: holdsNobody,
  // Client addresses and hashes of tokens, kept for minutes.
  rateLimits: holdsNobody,
  replyRules: holdsNobody,
  templates: holdsNobody,
} as const satisfies Record<CollectionName, Treatment>;

/** Treats one collection by its entry. @return how many documents it had */
export async function treat(name: CollectionName, scope: Scope): Promise<number> {
  const treatment: Treatment = TREATMENTS[name];
  let done = 0;
  if (treatment.own && treatment.becomes === 'removed' && !('order' in treatment)) {
    for (const filter of treatment.own(scope.person)) {
      scope.check();
      const { deletedCount } = await scope.db.collection(name).deleteMany({ ...filter, ...(scope.end ? treatment.before?.(scope.end) : {}) });
      done += deletedCount;
    }
  }
  return done + (await treatment.erase?.(scope) ?? 0);
}
