import { Service } from 'egg';
import { databaseUrl } from '../../config/database';
import { databaseAddress } from '../lib/mongo/address';
import { inWords, type ClockState } from '../lib/mongo/clock';
import { explainRefusal } from '../lib/wechat/refusal';
import type { Refusal, Refused } from '../lib/wechat/refusals';

export interface Health {
  database: boolean;
  /** `skewed`: no message is sent from this process until the clocks agree. */
  clock: ClockState | 'unknown';
  /** How many pushes wait for the database. */
  spool: number;
}

const CLOCK = { ok: 'ok', off: 'warn', skewed: 'no', unknown: 'warn' } as const;

/** The data of /healthz, /readyz and the overview. */
export default class HealthService extends Service {
  /** Whether the database answers now, whether its clock agrees, and how many pushes wait in the spool for it. */
  async state(): Promise<Health> {
    const { app } = this;
    const [database, spool] = await Promise.all([app.database.answers(), app.spool.length()]);
    return { database, clock: app.databaseClock.state ?? 'unknown', spool };
  }

  /** The apps that WeChat refuses, as all processes know them; none while the database is away. */
  async refused(): Promise<Map<string, Refused>> {
    const { database, refusals } = this.app;
    if (!database.up) return new Map();
    return refusals.all().catch(() => new Map());
  }

  /** A line per cause, each beginning with `ok`, `warn` or `no`. */
  causes({ database, clock }: Health, refused: Map<string, Refused>): string[] {
    const { cipher, databaseClock, environment, wechatApps } = this.app;
    const { offset } = databaseClock;
    return [
      `${database ? 'ok' : 'no'} database: ${databaseAddress(databaseUrl(environment))} ${database ? 'answers' : 'does not answer'}`,
      `${CLOCK[clock]} clock: ${offset === undefined ? 'not compared with the database\'s yet' : inWords(offset)}`,
      ...(cipher.unreadable.length > 0 ? [`warn data key: what was stored in ${cipher.unreadable.join(', ')} cannot be read with it: is a former one missing in DATA_KEYS_OLD?`] : []),
      ...wechatApps.all().flatMap(({ appid }) => this.ofApp(appid, refused.get(appid))),
    ];
  }

  private ofApp(appid: string, { calls, login }: Refused = {}): string[] {
    return [
      calls ? `no token ${appid}: ${inWordsOf(appid, calls)}` : this.tokenOf(appid),
      ...(login ? [`no login ${appid}: ${inWordsOf(appid, login)}`] : []),
    ];
  }

  private tokenOf(appid: string): string {
    const { refused, expiresAt } = this.app.accessTokens.known(appid);
    if (refused) return `warn token ${appid}: WeChat gives none (${refused.errcode ?? 'no answer'})`;
    return `ok token ${appid}: ${expiresAt ? `valid until ${expiresAt.toISOString()}` : 'not needed by this process yet'}`;
  }
}

function inWordsOf(appid: string, { errcode, errmsg, since, at }: Refusal): string {
  return `${explainRefusal({ appid, errcode, errmsg })} Since ${since.toISOString()}, last at ${at.toISOString()}`;
}
