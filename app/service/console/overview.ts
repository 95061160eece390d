import { Service } from 'egg';
import { databaseUrl } from '../../../config/database';
import { COUNTERS, HOUR, hourOf, type CounterName } from '../../lib/console/counters';
import { no, ok, warn, type Check } from '../../lib/diagnosis/check';
import { databaseAddress } from '../../lib/mongo/address';
import { clockDifference } from '../../lib/mongo/clock';
import { isUnavailable } from '../../lib/mongo/errors';
import { KINDS } from '../../lib/outbox/kinds';
import { readRefusal } from '../../lib/wechat/refusal';
import type { Message } from '../../lib/language/message';
import type { Refusal, Refused } from '../../lib/wechat/refusals';
import type { WechatApp } from '../../lib/wechat/apps';
import type { OutboxDocument } from '../../lib/outbox/document';
import type { CounterDocument } from '../../model/counter';
import type { MessageDocument } from '../../model/message';

export type Range = '24h' | '7d' | '30d';

/** One count over a range: `series` has the beginning of each interval, in milliseconds since 1970. */
export interface Counted {
  total: number;
  series: Array<[number, number]>;
}

/** A message that was not delivered, or cannot be handled. */
export type Problem = { at: Date; appName: string } & ({ row: OutboxDocument; push?: undefined } | { push: MessageDocument; row?: undefined });

/** Hours of a range, and of each of its intervals. */
const RANGES: Record<Range, { hours: number; step: number }> = { '24h': { hours: 24, step: 1 }, '7d': { hours: 168, step: 1 }, '30d': { hours: 720, step: 6 } };
const PROBLEMS = 10;
const BAD = ['failed', 'dead', 'unknown'] as const;
/** More waiting messages than this are reported. */
const LONG_QUEUE = 1_000;
const SHOWN_APPS = 100;

/** The overview, from counters that are kept for it. */
export default class ConsoleOverviewService extends Service {
  /** The counts up to now: intervals end with the present one. */
  async counters(range: Range): Promise<Record<CounterName, Counted>> {
    const { hours, step } = RANGES[range];
    const interval = step * HOUR;
    const end = Math.floor(Date.now() / interval) * interval + interval;
    const from = end - hours * HOUR;
    const found = await this.ctx.model.Counter.find({ _id: { $gte: hourOf(from), $lt: `${hourOf(end)}` } }, { n: 1 }).lean<CounterDocument[]>();
    const counted = Object.fromEntries(COUNTERS.map(name => [name, {
      total: 0, series: Array.from({ length: hours / step }, (_, index): [number, number] => [from + index * interval, 0]),
    }])) as unknown as Record<CounterName, Counted>;
    for (const { _id, n } of found) {
      const [hour, name] = _id.split(':');
      const one = counted[name as CounterName];
      const place = one?.series[Math.floor((Date.parse(`${hour}:00:00.000Z`) - from) / interval)];
      if (!place) continue;
      place[1] += n;
      one.total += n;
    }
    return counted;
  }

  /** The latest failures. */
  async problems(): Promise<Problem[]> {
    const { wechatApps } = this.app;
    const { Message, Outbox } = this.ctx.model;
    const projection = { kind: 1, appid: 1, openid: 1, state: 1, lastError: 1, createdAt: 1 };
    const [pushes, rows] = await Promise.all([
      Message.find({ state: 'dead' }, { appid: 1, openid: 1, type: 1, event: 1, receivedAt: 1, triedAt: 1, state: 1 }).sort({ receivedAt: -1 }).limit(PROBLEMS).lean<MessageDocument[]>(),
      Outbox.find({ state: { $in: [...BAD] }, kind: { $in: [...KINDS] } }, projection).sort({ nextAt: -1 }).limit(PROBLEMS).lean<OutboxDocument[]>(),
    ]);
    return [
      ...pushes.map((push): Problem => ({ at: push.triedAt ?? push.receivedAt, appName: wechatApps.nameOf(push.appid), push })),
      ...rows.map((row): Problem => ({ at: row.lastError?.at ?? row.createdAt, appName: wechatApps.nameOf(row.appid), row })),
    ].sort((a, b) => b.at.getTime() - a.at.getTime()).slice(0, PROBLEMS);
  }

  /** What keeps anything from working, and what to do; by this process and the database, without asking WeChat. */
  async health(): Promise<Check[]> {
    const { service } = this.ctx;
    const [state, refused] = await Promise.all([service.health.state(), service.health.refused()]);
    const apps = this.app.wechatApps.all().slice(0, SHOWN_APPS);
    return [
      this.database(state.database),
      this.clock(state.clock),
      state.spool === 0 ? ok('spool', { key: 'spoolEmpty' }) : warn('spool', { key: 'spoolWaits', params: { count: state.spool } }, { key: 'spoolTodo' }),
      await this.queue(),
      ...(await Promise.all(apps.map(wechatApp => this.ofApp(wechatApp, refused.get(wechatApp.appid))))).flat(),
      this.app.environment.im ? ok('im', { key: 'imSetUp', params: { sdkAppId: this.app.environment.im.sdkAppId } }) : ok('im', { key: 'imNotSetUp' }),
    ];
  }

  private database(up: boolean): Check {
    const address = databaseAddress(databaseUrl(this.app.environment));
    return up ? ok('database', { key: 'databaseAnswers', params: { address } }) : no('database', { key: 'databaseSilent', params: { address } }, { key: 'databaseSilentTodo' });
  }

  private clock(state: 'ok' | 'off' | 'skewed' | 'unknown'): Check {
    const { offset } = this.app.databaseClock;
    const detail: Message = offset === undefined ? { key: 'clockNotComparedYet' } : clockDifference(offset);
    if (state === 'ok') return ok('clock', detail);
    if (state === 'skewed') return no('clock', detail, { key: 'setClocksToSend' });
    return warn('clock', detail, { key: 'setClocks' });
  }

  private async queue(): Promise<Check> {
    try {
      const { ready, leased, dead, unknown } = await this.app.outboxCounts.value();
      const detail: Message = { key: 'queueCounts', params: { waiting: ready + leased, dead, unknown } };
      if (dead + unknown > 0) return warn('queue', detail, { key: 'queueBadTodo' });
      return ready > LONG_QUEUE ? warn('queue', detail, { key: 'queueLongTodo' }) : ok('queue', detail);
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      return no('queue', { key: 'queueUnknown' }, { key: 'seeDatabase' });
    }
  }

  private async ofApp(wechatApp: WechatApp, { calls, login }: Refused = {}): Promise<Check[]> {
    const { appid } = wechatApp;
    const refusal = calls ?? login;
    const reading = refusal && readRefusal({ appid, errcode: refusal.errcode, errmsg: refusal.errmsg });
    const known = this.app.accessTokens.known(appid);
    const token = refusal && !reading?.ofAddress
      ? no(`token ${appid}`, refusedSince(refusal, reading?.what), reading?.advice ?? { key: 'seeErrcode' })
      : known.refused
        ? warn(`token ${appid}`, { key: 'tokenNotGiven', params: { errcode: known.refused.errcode ?? { key: 'noAnswer' } } }, { key: 'seeWechatReached' })
        : ok(`token ${appid}`, known.expiresAt ? { key: 'tokenValidUntil', params: { at: known.expiresAt.toISOString() } } : { key: 'tokenNotNeeded' });
    const whitelist = refusal && reading?.ofAddress
      ? no(`whitelist ${appid}`, refusedSince(refusal, reading.what), reading.advice)
      : ok(`whitelist ${appid}`, { key: 'addressNotRefused' });
    return [token, whitelist, await this.callback(wechatApp)];
  }

  private async callback({ appid, kind, token }: WechatApp): Promise<Check> {
    const name = `callback ${appid}`;
    const path = `${kind === 'official' ? '/official/callback' : '/message/check'}/${appid}`;
    if (!token) return warn(name, { key: 'pushWithoutToken' }, { key: 'pushWithoutTokenTodo' });
    try {
      const latest = await this.ctx.model.Message.findOne({ appid }, { receivedAt: 1 }).sort({ receivedAt: -1 }).lean<Pick<MessageDocument, 'receivedAt'>>();
      if (latest) return ok(name, { key: 'lastPushAt', params: { at: latest.receivedAt.toISOString() } });
      return warn(name, { key: 'noPushYet' }, { key: 'noPushYetTodo', params: { path } });
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      return ok(name, { key: 'unknownWhileAway' });
    }
  }
}

function refusedSince({ errcode, errmsg, since }: Refusal, what: Message = { key: 'wechatRefusesWith', params: { errmsg } }): Message {
  return { key: 'refusedSince', params: { what, errcode, since: since.toISOString() } };
}
