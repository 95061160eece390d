const DAY = 86_400_000;
const MINUTE = 60_000;
/** WeChat's days begin at midnight in Beijing. */
const BEIJING = 8 * 3_600_000;

/** How often an app may call a path: a day, a minute, and a minute on behalf of one person. */
export interface Limit { perDay?: number; perMinute?: number; perPersonPerMinute?: number }
type Period = keyof Limit;

/** What WeChat answers beyond it. */
export type Excess = 45009 | 45011;
const ERRCODES: Record<Period, Excess> = { perDay: 45009, perMinute: 45011, perPersonPerMinute: 45011 };

/**
 * What WeChat's pages name; other paths have no limit.
 * https://developers.weixin.qq.com/doc/offiaccount/Message_Management/API_Call_Limits.html
 * https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-access-token/getStableAccessToken.html
 * https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/user-login/code2Session.html
 * https://developers.weixin.qq.com/doc/service/api/webdev/access/api_snsrefreshtoken
 */
const LIMITS: Readonly<Record<string, Limit>> = {
  '/cgi-bin/token': { perDay: 2_000 },
  '/cgi-bin/stable_token': { perDay: 500_000, perMinute: 10_000 },
  '/cgi-bin/message/custom/send': { perDay: 500_000 },
  '/cgi-bin/message/template/send': { perDay: 100_000 },
  '/cgi-bin/media/upload': { perDay: 100_000 },
  '/cgi-bin/media/get': { perDay: 200_000 },
  '/cgi-bin/menu/create': { perDay: 1_000 },
  '/cgi-bin/menu/get': { perDay: 10_000 },
  '/cgi-bin/menu/delete': { perDay: 1_000 },
  '/cgi-bin/user/get': { perDay: 500 },
  '/cgi-bin/user/info': { perDay: 5_000_000 },
  '/sns/jscode2session': { perPersonPerMinute: 100 },
  '/sns/oauth2/refresh_token': { perMinute: 50_000 },
};

interface Counter { period: number; counts: Map<string, number> }

/** Counts calls, and says when one is too many. What is refused is not counted. */
export class Limits {
  private changed = new Map<string, Limit>();
  private readonly counters: Record<Period, Counter> = {
    perDay: { period: 0, counts: new Map() }, perMinute: { period: 0, counts: new Map() }, perPersonPerMinute: { period: 0, counts: new Map() },
  };

  /** @return the errcode of a call that is too many */
  take(path: string, appid: string, now: number): Excess | undefined {
    const { perDay, perMinute } = this.of(path);
    const key = `${path} ${appid}`;
    const excess = this.exceeds('perMinute', perMinute, key, now) ?? this.exceeds('perDay', perDay, key, now);
    if (excess !== undefined) return excess;
    this.count('perDay', key, now);
    if (perMinute !== undefined) this.count('perMinute', key, now);
    return undefined;
  }

  /** As take(), for what concerns one person. */
  takePerson(path: string, account: { appid: string; openid: string }, now: number): Excess | undefined {
    const limit = this.of(path).perPersonPerMinute;
    if (limit === undefined) return undefined;
    const key = `${path} ${account.appid}:${account.openid}`;
    const excess = this.exceeds('perPersonPerMinute', limit, key, now);
    if (excess === undefined) this.count('perPersonPerMinute', key, now);
    return excess;
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

  private exceeds(name: Period, limit: number | undefined, key: string, now: number): Excess | undefined {
    if (limit === undefined) return undefined;
    return (this.current(name, now).counts.get(key) ?? 0) >= limit ? ERRCODES[name] : undefined;
  }

  private count(name: Period, key: string, now: number): void {
    const { counts } = this.current(name, now);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }

  /** The counter of the present day or minute: what was counted before is forgotten. */
  private current(name: Period, now: number): Counter {
    const period = name === 'perDay' ? Math.floor((now + BEIJING) / DAY) : Math.floor(now / MINUTE);
    const counter = this.counters[name];
    if (counter.period !== period) {
      counter.period = period;
      counter.counts.clear();
    }
    return counter;
  }
}
