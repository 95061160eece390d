/** Told to the workers of an instance when somebody is about to be erased. */
export const ERASURE_BEGUN = 'erasure-begun';

/** One person in one app. */
export interface Account {
  appid: string;
  openid: string;
}

/** Everything by which the documents of one person are found. */
export interface Person {
  /** More than one while users are being joined. */
  userIds: string[];
  accounts: Account[];
  unionids: string[];
  imUserIds: string[];
}

/** What only the erasure itself has to know, and forgets at its end. */
export interface Secret {
  person: Person;
  /** Of the account that has asked, or the one of the person that was seen last: what `user.erased` names. */
  asked?: Account;
}

/**
 * A document of `erasures`: that somebody is being erased, or was. What names the person is encrypted, and taken out once
 * nothing can be under way any more that was received before the end.
 */
export interface ErasureDocument {
  /** The person's userId. It is made of an openid, and says nothing to who does not have that. */
  _id: string;
  /**
   * `running`: documents are being removed; `ended`: nothing is left but what a process that hangs may still bring, and what is
   * still to be told; `over`: kept for spools that are replayed late.
   */
  state: 'running' | 'ended' | 'over';
  /** Another erasure of the same person, who has come back meanwhile, has another one. */
  run: string;
  /** Of a Secret. */
  person?: { cipher: string };
  /** Keyed hashes of the person's accounts and IM users: see marksOf. */
  marks: string[];
  /** Keyed hashes of the messages of the last minute: WeChat may repeat them. */
  repeats: string[];
  /** Who has asked: as in the audit log. */
  by: string;
  startedAt: Date;
  endedAt?: Date;
  /** The same in the order of pushes: see lib/order. */
  endOrder?: number;
  /** Whether the audit log has the end, and events out were queued. */
  told?: boolean;
  /** Documents that were removed or emptied, by collection. */
  counts?: Record<string, number>;
  /** Rows of the outbox that tell of the erasure: they go once they are sent. */
  events?: string[];
  /** How often it was looked, after the end, for what came late. */
  looks?: number;
  /** When somebody is to go on with it; absent once it is over. */
  dueAt?: Date;
  changedAt: Date;
  expiresAt?: Date;
}

/** The texts whose keyed hashes make a person known again. */
export function marksOf({ accounts, imUserIds }: Pick<Person, 'accounts' | 'imUserIds'>): string[] {
  return [...accounts.map(accountMark), ...imUserIds.map(imMark)];
}

export function accountMark({ appid, openid }: { appid: string; openid: string | null }): string {
  return `erased:account:${appid}:${openid}`;
}

export function imMark(imUserId: string): string {
  return `erased:im:${imUserId}`;
}

/** @param message a message's `_id` */
export function repeatMark(message: string): string {
  return `erased:message:${message}`;
}
