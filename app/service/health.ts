import { Service } from 'egg';
import { databaseUrl } from '../../config/database';
import { databaseAddress } from '../lib/mongo/address';
import { inWords, type ClockState } from '../lib/mongo/clock';

export interface Health {
  database: boolean;
  /** `skewed`: no message is sent from this process until the clocks agree. */
  clock: ClockState | 'unknown';
  /** How many pushes wait for the database. */
  spool: number;
}

const CLOCK = { ok: 'ok', off: 'warn', skewed: 'no', unknown: 'warn' } as const;

/** What the operations pages ask. */
export default class HealthService extends Service {
  /** Whether the database answers now, whether its clock agrees, and how many pushes wait in the spool for it. */
  async state(): Promise<Health> {
    const { app } = this;
    const [database, spool] = await Promise.all([app.database.answers(), app.spool.length()]);
    return { database, clock: app.databaseClock.state ?? 'unknown', spool };
  }

  /** A line per cause, each beginning with `ok`, `warn` or `no`. */
  causes({ database, clock }: Health): string[] {
    const { databaseClock, environment, weapps } = this.app;
    const { offset } = databaseClock;
    return [
      `${database ? 'ok' : 'no'} database: ${databaseAddress(databaseUrl(environment))} ${database ? 'answers' : 'does not answer'}`,
      `${CLOCK[clock]} clock: ${offset === undefined ? 'not compared with the database\'s yet' : inWords(offset)}`,
      ...weapps.all().map(({ appid }) => this.tokenOf(appid)),
    ];
  }

  private tokenOf(appid: string): string {
    const { refused, expiresAt } = this.app.accessTokens.known(appid);
    if (refused) return `warn token ${appid}: WeChat gives none (${refused.errcode ?? 'no answer'})`;
    return `ok token ${appid}: ${expiresAt ? `valid until ${expiresAt.toISOString()}` : 'not needed by this process yet'}`;
  }
}
