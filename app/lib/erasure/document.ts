/** The message to an instance's workers when a person is about to be erased. */
export const ERASURE_BEGUN = 'erasure-begun';

/** One person in one app. */
export interface Account {
  appid: string;
  openid: string;
}

/** Everything by which the documents of one person are found. */
export interface Person {
  /** There is more than one while users are being joined. */
  userIds: string[];
  accounts: Account[];
  unionids: string[];
  imUserIds: string[];
}

/** The part that only the erasure itself needs; removed at its end. */
export interface Secret {
  person: Person;
  /** The account that asked or, if none did, the one that was seen last: `user.erased` names it. */
  asked?: Account;
}

/**
 * A document of `erasures`: a person is being erased, or was. Fields that name the person are encrypted, and are
 * removed once nothing received before the end can still be under way.
 */
export interface ErasureDocument {
  /** The person's userId. It is made of an openid, and reveals nothing to a reader who does not have that. */
  _id: string;
  /**
   * `running`: documents are being removed. `ended`: nothing is left but what a hanging process may still bring, and
   * what is still to be delivered. `over`: kept for spools that are replayed late.
   */
  state: 'running' | 'ended' | 'over';
  /** Differs from that of a later erasure of the same person, should they come back. */
  run: string;
  /** The encrypted JSON of a Secret. */
  person?: { cipher: string };
  /** Keyed hashes of the person's accounts and IM users: see marksOf. */
  marks: string[];
  /** Keyed hashes of the messages of the last minute, which WeChat may repeat. */
  repeats: string[];
  /** Who asked for it, as in the audit log. */
  by: string;
  startedAt: Date;
  endedAt?: Date;
  /** The same in the order of pushes: see lib/async/order. */
  endOrder?: number;
  /** Whether the audit log has the end, and events out were queued. */
  told?: boolean;
  /** Documents that were removed or emptied, by collection. */
  counts?: Record<string, number>;
  /** Rows of the outbox that tell of the erasure; they are removed once they are sent. */
  events?: string[];
  /** How often late arrivals were looked for after the end. */
  looks?: number;
  /** When a process should continue it; absent once it is over. */
  dueAt?: Date;
  changedAt: Date;
  expiresAt?: Date;
}

/** The texts whose keyed hashes identify the person again. */
export function marksOf({ accounts, imUserIds }: Pick<Person, 'accounts' | 'imUserIds'>): string[] {
  return [...accounts.map(accountMark), ...imUserIds.map(imMark)];
}

/** The text of an account, whose keyed hash is a mark. */
export function accountMark({ appid, openid }: { appid: string; openid: string | null }): string {
  return `erased:account:${appid}:${openid}`;
}

/** The text of an IM user, whose keyed hash is a mark. */
export function imMark(imUserId: string): string {
  return `erased:im:${imUserId}`;
}

/** @param message a message's `_id` */
export function repeatMark(message: string): string {
  return `erased:message:${message}`;
}
