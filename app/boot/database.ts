import type { Application } from 'egg';
import { databaseUrl } from '../../config/database';
import { notify } from '../lib/instanceLog';
import { databaseAddress, whyAway } from '../lib/mongo/address';
import { isUnavailable } from '../lib/mongo/errors';
import { sleep } from '../lib/sleep';

/** How long a worker that is about to serve waits for a database that is away, in milliseconds. */
const PATIENCE = 400;
/** The embedded one has been started by the agent just now. */
const PATIENCE_EMBEDDED = 5_000;

/** What a worker needs of its database, made while it starts or as soon as the database is there. */
export class DatabaseStart {
  /** Whether there is a connection, the first one; false when the worker ends before. */
  readonly connected: Promise<boolean>;
  /** The indexes are built and the rules known. */
  whole?: Promise<void>;

  /** Begins to connect. */
  constructor(private readonly app: Application) {
    // Until it has answered, pushes go to the spool and everything else is refused at once.
    app.database.suspect();
    this.connected = this.connect();
  }

  /** Makes everything as soon as there is a connection, and waits for that, but not for a database that is away. */
  async settle(): Promise<void> {
    const { app } = this;
    const whole = this.connected.then(connected => (connected ? this.complete() : undefined));
    this.whole = whole;
    const embedded = !app.environment.mongodbUrl;
    await Promise.race([whole, sleep(embedded ? PATIENCE_EMBEDDED : PATIENCE)]);
    if (embedded && app.database.up) await whole;
  }

  private async connect(): Promise<boolean> {
    const connected = await this.app.databaseConnection.open();
    return connected && (await this.app.database.answers(), true);
  }

  private async complete(): Promise<void> {
    await Promise.all([this.buildIndexes(), this.app.rules.start()]);
  }

  /** Builds what is missing, again after each outage that comes in between. */
  private async buildIndexes(): Promise<void> {
    const { app } = this;
    while (!app.databaseConnection.closed) {
      try {
        await Promise.all(Object.values(app.model).map(model => model.createIndexes()));
        return;
      } catch (error) {
        // A build may take longer than an answer is waited for, and goes on in the database.
        if (!isUnavailable(error)) return app.logger.warn('The indexes are not all there: %s', (error as Error).message);
        await sleep(1_000);
      }
    }
  }
}

/** What is logged of an outage: a line a minute for the whole instance. */
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
