import { WechatError } from './error';
import { explainRefusal } from './refusal';

/**
 * The calls that are refused: those with an access_token and the one that gets it, or logins, which send the AppSecret.
 */
export type Door = 'calls' | 'login';

/** WeChat's refusal of an app: kept in its document of `accessTokens`, under `refused`. */
export interface Refusal {
  errcode: number;
  errmsg: string;
  path: string;
  /** When it began, and when WeChat last refused. */
  since: Date;
  at: Date;
  /** When a message may be sent to see whether the refusal is over. */
  probeAt: Date;
}

export type Refused = Partial<Record<Door, Refusal>>;

interface Row {
  _id: string;
  refused?: Refused;
}

/** The methods that are needed of the collection; the driver's own fits. */
export interface RefusalStore {
  find(filter: object, options: object): { toArray(): Promise<Row[]> };
  updateOne(filter: object, update: object, options?: object): Promise<{ matchedCount: number }>;
}

interface Options {
  store: () => RefusalStore;
  /** The configured apps. */
  appids: () => string[];
  /** Called at each refusal, with a sentence for a person. */
  onRefused?: (appid: string, text: string) => void;
  /** Called when WeChat serves an app again. */
  onMended?: (appid: string) => Promise<void>;
}

/** Milliseconds between two messages that are sent to see whether the app is served again. */
const PROBE_MS = 60_000;
/** Milliseconds for which messages use a refusal that was read. */
const FRESH_MS = 1_000;
/** Milliseconds within which a repeated refusal is not written again. */
const NOTE_MS = 1_000;
/** Where there are no logins, none shows that they succeed again: an older refusal is not shown. */
const LOGIN_SHOWN_MS = 600_000;

/**
 * The apps that WeChat refuses, as all processes know them: a wrong AppID or AppSecret, a frozen one, an address that
 * is not allowed.
 */
export class AppRefusals {
  private readonly noted = new Map<string, number>();
  private read?: { rows: Promise<Map<string, Refused>>; until: number };
  private known = new Map<string, Refused>();
  private changes = 0;

  constructor(private readonly options: Options) {}

  /** Writes down that WeChat refuses an app. Never throws: the next call finds out again what cannot be written. */
  async note(appid: string, error: WechatError, door: Door = 'calls'): Promise<void> {
    const { errcode = 0, errmsg, path } = error;
    const name = `${appid} ${door}`;
    if (performance.now() < (this.noted.get(name) ?? 0)) return;
    this.noted.set(name, performance.now() + NOTE_MS);
    this.options.onRefused?.(appid, explainRefusal({ appid, errcode, errmsg }));
    const at = new Date();
    const field = (key: keyof Refusal) => `refused.${door}.${key}`;
    await this.options.store().updateOne({ _id: appid }, {
      $set: { [field('errcode')]: errcode, [field('errmsg')]: errmsg, [field('path')]: path, [field('at')]: at, [field('probeAt')]: new Date(at.getTime() + PROBE_MS) },
      $min: { [field('since')]: at },
      $setOnInsert: { version: 0 },
    }, { upsert: true }).catch(() => undefined);
    this.changed();
  }

  /** Why an app's messages have to wait, as of a second ago at most. @throws the driver's errors */
  async of(appid: string): Promise<Refusal | undefined> {
    if (!this.read || performance.now() >= this.read.until) {
      const read = { rows: this.all(), until: performance.now() + FRESH_MS };
      read.rows.catch(() => { if (this.read === read) this.read = undefined; });
      this.read = read;
    }
    return (await this.read.rows).get(appid)?.calls;
  }

  /** The apps that WeChat refuses now. @throws the driver's errors */
  async all(): Promise<Map<string, Refused>> {
    const { changes } = this;
    const rows = await this.options.store().find({ _id: { $in: this.options.appids() } }, { projection: { refused: 1 } }).toArray();
    const shown = Date.now() - LOGIN_SHOWN_MS;
    const known = new Map(rows.flatMap(({ _id, refused: { calls, login } = {} }) => {
      const recent = login && login.at.getTime() > shown ? login : undefined;
      return calls || recent ? [[_id, { ...(calls ? { calls } : {}), ...(recent ? { login: recent } : {}) }] as const] : [];
    }));
    if (changes !== this.changes) return known;
    this.known = known;
    this.read = { rows: Promise.resolve(known), until: performance.now() + FRESH_MS };
    return known;
  }

  /** Whether the caller may try a message now: one of all processes may within a minute. @throws the driver's errors */
  async takeProbe(appid: string): Promise<boolean> {
    const now = Date.now();
    const field = 'refused.calls.probeAt';
    // A time that is too far off was written by a clock that has been set since.
    const due = [{ [field]: { $lte: new Date(now) } }, { [field]: { $gt: new Date(now + 2 * PROBE_MS) } }];
    const { matchedCount } = await this.options.store().updateOne({ _id: appid, $or: due }, { $set: { [field]: new Date(now + PROBE_MS) } });
    return matchedCount === 1;
  }

  /** Ends a refusal that this process knows of, because WeChat has served the app. @throws the driver's errors */
  async served(appid: string, door: Door = 'calls'): Promise<void> {
    if (this.known.get(appid)?.[door] || this.noted.has(`${appid} ${door}`)) await this.mended(appid, door);
  }

  /** Ends a refusal. @throws the driver's errors */
  async mended(appid: string, door: Door = 'calls'): Promise<void> {
    const field = `refused.${door}`;
    const { matchedCount } = await this.options.store().updateOne({ _id: appid, [field]: { $exists: true } }, { $unset: { [field]: '' } });
    this.forget(appid, door);
    if (matchedCount === 1 && door === 'calls') await this.options.onMended?.(appid);
  }

  private forget(appid: string, door: Door): void {
    this.noted.delete(`${appid} ${door}`);
    const refused = this.known.get(appid);
    if (refused) delete refused[door];
    this.changed();
  }

  /** A read that has begun may return the state before the write. */
  private changed(): void {
    this.changes++;
    this.read = undefined;
  }
}

/** The error of a known refusal, made without asking WeChat again. */
export function refusalError(appid: string, { errcode, errmsg, path }: Refusal): WechatError {
  return new WechatError({ path, appid, errcode, errmsg, retryable: false, delivery: 'not-sent' });
}
