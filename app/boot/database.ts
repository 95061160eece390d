import type { Application } from 'egg';
import type { Connection, Model, mongo } from 'mongoose';
import { databaseUrl } from '../../config/database';
import { notify } from '../lib/process/instanceLog';
import { databaseAddress, whyAway } from '../lib/mongo/address';
import { inWords, type ClockState } from '../lib/mongo/clock';
import { isUnavailable } from '../lib/mongo/errors';
import { changeExpiries, type Expiry } from '../lib/mongo/expiry';
import { sleep } from '../lib/async/sleep';

/** How long a worker that is about to serve waits for a database that is away, in milliseconds. */
const TIMEOUT_MS = 400;
/** The agent has started the embedded one just now. */
const EMBEDDED_TIMEOUT_MS = 5_000;

/** Indexes of former versions: they cost time at each write, or (`key_1`) refuse documents of today's form. */
const OBSOLETE_INDEXES = {
  conversations: ['state_1_lastAt_-1', 'lastAt_-1', 'userId_1', 'openid_1'],
  messages: ['appid_1_openid_1_receivedAt_-1', 'state_1_receivedAt_-1'],
  outbox: ['lane_1_sendStartedAt_1', 'expiresAt_1'],
  rateLimits: ['key_1', 'expire_1'],
};
/** The server's codes for a collection and for an index that do not exist. */
const NOT_THERE = new Set([26, 27]);

/** Milliseconds between two tries to build the indexes. */
const PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 60_000;

/** Prepares what a worker needs of its database, while it starts or as soon as the database is there. */
export class DatabaseStart {
  /** Resolves with true once there is a first connection, with false when the worker ends before. */
  readonly connected: Promise<boolean>;
  /** Whether the indexes are built and the console's rules and apps are loaded. */
  whole?: Promise<void>;

  /** Begins to connect. */
  constructor(private readonly app: Application) {
    // Until the database has answered, pushes go to the spool and everything else is refused at once.
    app.database.suspect();
    this.connected = this.connect();
  }

  /** Waits for the connection and prepares everything, but does not wait for a database that is away. */
  async settle(): Promise<void> {
    const { app } = this;
    const whole = this.connected.then(connected => (connected ? this.complete() : undefined));
    this.whole = whole;
    const embedded = !app.environment.mongodbUrl;
    await Promise.race([whole, sleep(embedded ? EMBEDDED_TIMEOUT_MS : TIMEOUT_MS)]);
    if (embedded && app.database.up) await whole;
  }

  private async connect(): Promise<boolean> {
    const { app } = this;
    if (!await app.databaseConnection.open()) return false;
    await app.database.answers();
    await app.databaseClock.measure();
    app.databaseClock.start();
    return true;
  }

  private async complete(): Promise<void> {
    const { rules, storedApps } = this.app;
    // schedule/rules and schedule/apps read later what cannot be read now.
    await Promise.all([this.buildIndexes(), rules.refresh().catch(() => undefined), storedApps.refresh().catch(() => undefined)]);
  }

  /** Builds missing indexes; begins again after each outage in between. */
  private async buildIndexes(): Promise<void> {
    const { app } = this;
    for (let pause = PAUSE_MS; !app.databaseConnection.closed;) {
      try {
        await Promise.all(Object.values(app.mongoose.models).map(async model => {
          await changeExpiries(model.db.db as mongo.Db, model.collection.name, expiriesOf(model));
          await model.createIndexes();
        }));
        await dropObsoleteIndexes(app.mongoose.connection);
        return;
      } catch (error) {
        if (!isUnavailable(error)) return app.logger.warn('The indexes are not all there: %s', (error as Error).message);
        await app.database.failed(error);
        // A build may take longer than an operation waits for an answer. The database goes on with it meanwhile, so
        // there is no hurry.
        pause = app.database.up ? Math.min(pause * 2, LONGEST_PAUSE_MS) : PAUSE_MS;
      }
      await sleep(pause);
    }
  }
}

/** The indexes of a model by which its documents expire. */
export function expiriesOf(model: Pick<Model<unknown>, 'schema'>): Expiry[] {
  return model.schema.indexes().flatMap(([key, { expireAfterSeconds }]) => (
    typeof expireAfterSeconds === 'number' ? [{ key: key as Expiry['key'], expireAfterSeconds }] : []
  ));
}

/** Removes the indexes that former versions made and this one does not use. */
export async function dropObsoleteIndexes(connection: Connection): Promise<void> {
  for (const [collection, names] of Object.entries(OBSOLETE_INDEXES)) {
    for (const name of names) {
      await connection.collection(collection).dropIndex(name).catch(error => {
        if (!NOT_THERE.has((error as { code?: number }).code ?? 0)) throw error;
      });
    }
  }
}

/** The line of an outage: one a minute for the whole instance. */
export function outageLog(app: Application) {
  const address = databaseAddress(databaseUrl(app.environment));
  return {
    onAway(error: unknown): void {
      const text = `The database at ${address} cannot be reached (${whyAway(error)}): pushes are kept in the spool, all else is answered UNAVAILABLE.`;
      notify(app.messenger, { about: 'database-away', level: 'warn', text });
    },
    onBack(): void {
      notify(app.messenger, { about: 'database-back', level: 'info', text: `The database at ${address} answers again.`, after: 'database-away' });
    },
    onRefused(error: unknown): void {
      notify(app.messenger, { about: 'database-refuses', level: 'warn', text: `The database at ${address} answers, but cannot do everything (${whyAway(error)}).` });
    },
  };
}

/** The line that reports that the clocks have begun, or ceased, to agree. */
export function tellOfClock(app: Application, state: ClockState, offset: number): void {
  const apart = `The clock of this machine is ${inWords(offset)}`;
  if (state === 'ok') notify(app.messenger, { about: 'clock-ok', level: 'info', text: 'The clock of this machine agrees with the database\'s again.' });
  else if (state === 'off') notify(app.messenger, { about: 'clock-off', level: 'warn', text: `${apart}: set them right (NTP). Above 20 s no message is sent from here.` });
  else notify(app.messenger, { about: 'clock-skewed', level: 'error', text: `${apart}: no message is sent from here until they agree. Set them right (NTP).` });
}
