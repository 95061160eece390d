const DAY = 86_400_000;
const MINUTE = 60_000;
const SECOND = 1_000;
/** WeChat's days begin at midnight in Beijing. */
const BEIJING = 8 * 3_600_000;

/** How often an app may call a path: a day, a minute, a second, and a minute on behalf of one person. */
export interface Limit { perDay?: number; perMinute?: number; perSecond?: number; perPersonPerMinute?: number }
type Period = keyof Limit;

/** What WeChat answers beyond it. */
const ERRCODES: Record<Period, number> = { perDay: 45009, perMinute: 45011, perSecond: 45011, perPersonPerMinute: 45011 };
/** What it answers for paths that have errcodes of their own. */
const OWN_ERRCODES: Readonly<Record<string, Partial<Record<Period, number>>>> = {
  '/wxa/getwxacodeunlimit': { perMinute: 45009 },
  '/wxa/generate_urllink': { perDay: 44993, perSecond: 44990 },
  '/wxa/msg_sec_check': { perMinute: 44991 },
  '/wxa/media_check_async': { perMinute: 44991 },
};
/** Paths that share another's limits, and count with it. */
const COUNTED_AS: Readonly<Record<string, string>> = { '/wxa/generatescheme': '/wxa/generate_urllink' };

/**
 * What WeChat's pages name; other paths have no limit.
 * https://developers.weixin.qq.com/doc/offiaccount/Message_Management/API_Call_Limits.html
 * https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-access-token/getStableAccessToken.html
 * https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/user-login/code2Session.html
 * https://developers.weixin.qq.com/doc/service/api/webdev/access/api_snsrefreshtoken
 * https://developers.weixin.qq.com/miniprogram/dev/server/API/qrcode-link/url-link/api_generateurllink.html
 * https://developers.weixin.qq.com/miniprogram/dev/server/API/sec-center/sec-check/api_msgseccheck.html
 */
const LIMITS: Readonly<Record<string, Limit>> = {
  '/cgi-bin/token': { perDay: 2_000 },
  '/cgi-bin/stable_token': { perDay: 500_000, perMinute: 10_000 },
  '/cgi-bin/message/custom/send': { perDay: 500_000 },
  '/cgi-bin/media/upload': { perDay: 100_000 },
  '/cgi-bin/media/get': { perDay: 200_000 },
  '/cgi-bin/menu/create': { perDay: 1_000 },
  '/cgi-bin/menu/get': { perDay: 10_000 },
  '/cgi-bin/menu/delete': { perDay: 1_000 },
  '/cgi-bin/user/get': { perDay: 500 },
  '/cgi-bin/user/info': { perDay: 5_000_000 },
  '/wxa/getwxacodeunlimit': { perMinute: 5_000 },
  '/wxa/generate_urllink': { perDay: 500_000, perSecond: 100 },
  '/wxa/genwxashortlink': { perDay: 1_000_000 },
  '/wxa/msg_sec_check': { perDay: 2_000_000, perMinute: 4_000 },
  '/wxa/media_check_async': { perDay: 200_000, perMinute: 2_000 },
  '/sns/jscode2session': { perPersonPerMinute: 100 },
  '/sns/oauth2/refresh_token': { perMinute: 50_000 },
};

interface Counter { period: number; counts: Map<string, number> }

/** Counts calls, and says when one is too many. What is refused is not counted. */
export class Limits {
  private changed = new Map<string, Limit>();
  private readonly counters: Record<Period, Counter> = {
    perDay: { period: 0, counts: new Map() }, perMinute: { period: 0, counts: new Map() }, perSecond: { period: 0, counts: new Map() },
    perPersonPerMinute: { period: 0, counts: new Map() },
  };

  /** @return the errcode of a call that is too many */
  take(called: string, appid: string, now: number): number | undefined {
    const path = COUNTED_AS[called] ?? called;
    const { perDay, perMinute, perSecond } = this.of(path);
    const key = `${path} ${appid}`;
    const period = this.exceeds('perSecond', perSecond, key, now) ?? this.exceeds('perMinute', perMinute, key, now) ?? this.exceeds('perDay', perDay, key, now);
    if (period !== undefined) return OWN_ERRCODES[path]?.[period] ?? ERRCODES[period];
    this.count('perDay', key, now);
    if (perMinute !== undefined) this.count('perMinute', key, now);
    if (perSecond !== undefined) this.count('perSecond', key, now);
    return undefined;
  }

  /** As take(), for what concerns one person. */
  takePerson(path: string, account: { appid: string; openid: string }, now: number): number | undefined {
    const limit = this.of(path).perPersonPerMinute;
    if (limit === undefined) return undefined;
    const key = `${path} ${account.appid}:${account.openid}`;
    const period = this.exceeds('perPersonPerMinute', limit, key, now);
    if (period !== undefined) return ERRCODES[period];
    this.count('perPersonPerMinute', key, now);
    return undefined;
  }

  /** Sets limits of a path; null takes one away. */
  set(path: string, change: { [P in Period]?: number | null }): Limit {
    const limit = Object.fromEntries(Object.entries({ ...this.of(path), ...change }).filter(([, value]) => value !== null && value !== undefined));
    this.changed.set(path, limit);
    return limit;
  }

  /** Every path that has limits, and how often each app has called it today. */
  list(now: number): Array<Limit & { path: string; today: Record<string, number> }> {
    const paths = new Set([...Object.keys(LIMITS), ...this.changed.keys()]);
    const { counts } = this.current('perDay', now);
    return [...paths].map(path => ({
      path, ...this.of(path),
      today: Object.fromEntries([...counts].filter(([key]) => key.startsWith(`${path} `)).map(([key, count]) => [key.slice(path.length + 1), count])),
    }));
  }

  clear(): void {
    this.changed = new Map();
    for (const counter of Object.values(this.counters)) counter.counts.clear();
  }

  private of(path: string): Limit {
    return this.changed.get(path) ?? (Object.hasOwn(LIMITS, path) ? LIMITS[path] : {});
  }

  private exceeds(name: Period, limit: number | undefined, key: string, now: number): Period | undefined {
    if (limit === undefined) return undefined;
    return (this.current(name, now).counts.get(key) ?? 0) >= limit ? name : undefined;
  }

  private count(name: Period, key: string, now: number): void {
    const { counts } = this.current(name, now);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }

  /** The counter of the present day or minute: what was counted before is forgotten. */
  private current(name: Period, now: number): Counter {
    const period = name === 'perDay' ? Math.floor((now + BEIJING) / DAY) : Math.floor(now / (name === 'perSecond' ? SECOND : MINUTE));
    const counter = this.counters[name];
    if (counter.period !== period) {
      counter.period = period;
      counter.counts.clear();
    }
    return counter;
  }
}
