import { randomId, randomOpenid, randomPhoneNumber } from './random';
import { Followers } from './followers';
import type { QuotaWindows } from './wechat/quota';

const GENERIC_AVATAR = 'https://thirdwx.qlogo.cn/mmopen/vi_32/weapp-hub-sandbox/132';
const RECEIVED_PER_ACCOUNT = 100;
export const PEOPLE_LIMIT = 500_000;

/** One human being, with one openid per app. */
export interface Person {
  id: string;
  unionid: string | null;
  nickname: string;
  avatarUrl: string;
  gender: number;
  language: string;
  city: string;
  province: string;
  country: string;
  phoneNumber: string;
  countryCode: string;
  openids: Map<string, string>;
}

export type Profile = Partial<Omit<Person, 'id' | 'unionid' | 'openids'>>;

/** What has reached the simulated phone. */
export interface ReceivedMessage {
  at: string;
  via: 'custom' | 'subscribe' | 'template' | 'passive' | 'notice';
  msgtype: string;
  message: unknown;
}

export interface Grant { count: number; status: 'accept' | 'reject' | 'ban' }

/** A person as one app knows them. */
export interface Account {
  appid: string;
  openid: string;
  person: Person;
  sessionKey: string | null;
  sessionKeyAt: number;
  following: boolean;
  followedAt: number;
  scene: string;
  windows: QuotaWindows;
  contactAt: number;
  /** When the person last opened the mini-program, as far as its logins tell. */
  seenAt: number;
  typingUntil: number;
  grants: Map<string, Grant> | null;
  received: ReceivedMessage[] | null;
  beingSentTo: boolean;
}

/** An account as it is kept over restarts: without what has reached the phone. */
export interface StoredAccount extends Omit<Account, 'person' | 'grants' | 'typingUntil' | 'seenAt' | 'received' | 'beingSentTo'> {
  person: Omit<Person, 'openids'>;
  grants: [string, Grant][];
}

/** What has become of accounts since changes were last taken. */
export interface Changes { changed: StoredAccount[]; gone: string[] }

/** Everyone the sandbox knows. Bounded: the oldest account goes first. */
export class People {
  readonly followers = new Followers();
  /** Whether changes are noted for somebody who takes them. */
  watched = false;
  private readonly touched = new Set<Account>();
  private gone: string[] = [];
  private readonly accounts = new Map<string, Account>();
  private readonly byUnionid = new Map<string, Person>();

  constructor(private readonly limit = PEOPLE_LIMIT) {}

  get size(): number {
    return this.accounts.size;
  }

  find(appid: string, openid: string): Account | undefined {
    return this.accounts.get(`${appid}:${openid}`);
  }

  /** The accounts with this openid in any app (openids differ per app, unless a test chose them). */
  findAnywhere(appids: Iterable<string>, openid: string): Account[] {
    return [...appids].map(appid => this.find(appid, openid)).filter(account => account !== undefined);
  }

  /**
   * The account of a person in an app, made when there is none yet. `unionid` picks the person, links the
   * account to them, or (null) makes them someone without one; undefined leaves it, or generates one.
   */
  obtain(appid: string, who: { openid?: string; unionid?: string | null } = {}): Account {
    const { unionid } = who;
    const openid = who.openid ?? (typeof unionid === 'string' ? this.byUnionid.get(unionid)?.openids.get(appid) : undefined);
    const known = openid === undefined ? undefined : this.find(appid, openid);
    if (known) {
      if (unionid !== undefined && unionid !== known.person.unionid) this.link(known, unionid);
      return known;
    }
    return this.create(appid, openid ?? randomOpenid(), unionid);
  }

  setProfile(account: Account, profile: Profile): void {
    for (const [key, value] of Object.entries(profile)) {
      if (value !== undefined) Object.assign(account.person, { [key]: value });
    }
    this.changed(account);
  }

  /** Notes that an account, or the person behind it, is not as it was. */
  changed(account: Account): void {
    if (this.watched) this.touched.add(account);
  }

  takeChanges(): Changes | undefined {
    if (this.touched.size === 0 && this.gone.length === 0) return undefined;
    const changes = { changed: [...this.touched].map(toStored), gone: this.gone };
    this.touched.clear();
    this.gone = [];
    return changes;
  }

  /** Everyone, the oldest first. */
  * stored(): Iterable<StoredAccount> {
    for (const account of this.accounts.values()) yield toStored(account);
  }

  /** Brings back accounts that were kept, the oldest first, into people without any. */
  restore(accounts: Iterable<StoredAccount>): void {
    const persons = new Map<string, Person>();
    for (const { person: { ...own }, grants, ...kept } of accounts) {
      const person: Person = persons.get(own.id) ?? { ...own, openids: new Map() };
      persons.set(own.id, person);
      if (person.unionid !== null) this.byUnionid.set(person.unionid, person);
      const account: Account = { ...kept, person, grants: grants.length > 0 ? new Map(grants) : null, seenAt: 0, typingUntil: 0, received: null, beingSentTo: false };
      person.openids.set(account.appid, account.openid);
      this.accounts.set(`${account.appid}:${account.openid}`, account);
    }
    const followers = [...this.accounts.values()].filter(({ following }) => following);
    for (const { appid, openid } of followers.sort((a, b) => a.followedAt - b.followedAt)) this.followers.add(appid, openid);
  }

  setFollowing(account: Account, following: boolean, now: number, scene = 'ADD_SCENE_SEARCH'): void {
    account.following = following;
    if (following) {
      account.followedAt = now;
      account.scene = scene;
      this.followers.add(account.appid, account.openid);
    } else {
      account.windows = {};
      this.followers.remove(account.appid, account.openid);
    }
    this.changed(account);
  }

  deliver(account: Account, message: Omit<ReceivedMessage, 'at'>, now: number): void {
    account.received ??= [];
    account.received.push({ at: new Date(now).toISOString(), ...message });
    if (account.received.length > RECEIVED_PER_ACCOUNT) account.received.shift();
  }

  clear(): void {
    this.accounts.clear();
    this.byUnionid.clear();
    this.followers.clear();
    this.touched.clear();
    this.gone = [];
  }

  private create(appid: string, openid: string, unionid: string | null | undefined): Account {
    if (this.accounts.size >= this.limit) this.forgetOldest();
    const person = (typeof unionid === 'string' && this.byUnionid.get(unionid)) || this.createPerson(unionid);
    const account: Account = {
      appid, openid, person, sessionKey: null, sessionKeyAt: 0, following: false, followedAt: 0, scene: '', windows: {},
      contactAt: 0, seenAt: 0, typingUntil: 0, grants: null, received: null, beingSentTo: false,
    };
    person.openids.set(appid, openid);
    this.accounts.set(`${appid}:${openid}`, account);
    this.changed(account);
    return account;
  }

  private createPerson(unionid: string | null | undefined): Person {
    const person: Person = {
      id: randomId(16),
      unionid: unionid === undefined ? `o${randomId(27)}` : unionid,
      nickname: '微信用户', avatarUrl: GENERIC_AVATAR, gender: 0, language: '', city: '', province: '', country: '',
      phoneNumber: randomPhoneNumber(), countryCode: '86', openids: new Map(),
    };
    if (person.unionid !== null) this.byUnionid.set(person.unionid, person);
    return person;
  }

  private link(account: Account, unionid: string | null): void {
    this.changed(account);
    const former = account.person;
    const target = unionid === null ? undefined : this.byUnionid.get(unionid);
    if (!target && former.openids.size === 1) {
      if (former.unionid !== null) this.byUnionid.delete(former.unionid);
      former.unionid = unionid;
      if (unionid !== null) this.byUnionid.set(unionid, former);
      return;
    }
    this.leave(account);
    account.person = target ?? this.createPerson(unionid);
    account.person.openids.set(account.appid, account.openid);
  }

  private leave({ person, appid, openid }: Account): void {
    if (person.openids.get(appid) === openid) person.openids.delete(appid);
    if (person.openids.size === 0 && person.unionid !== null) this.byUnionid.delete(person.unionid);
  }

  private forgetOldest(): void {
    const [oldest] = this.accounts;
    if (!oldest) return;
    this.accounts.delete(oldest[0]);
    this.touched.delete(oldest[1]);
    if (this.watched) this.gone.push(oldest[0]);
    this.followers.remove(oldest[1].appid, oldest[1].openid);
    this.leave(oldest[1]);
  }
}

function toStored({ appid, openid, person, sessionKey, sessionKeyAt, following, followedAt, scene, windows, contactAt, grants }: Account): StoredAccount {
  const { openids: _openids, ...own } = person;
  return { appid, openid, person: own, sessionKey, sessionKeyAt, following, followedAt, scene, windows, contactAt, grants: [...grants ?? []] };
}
