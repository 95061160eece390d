import type { Connection, ConnectOptions } from 'mongoose';
import { sleep } from '../async/sleep';
import { databaseTime } from './clock';

/** Between two tries, in milliseconds; each lasts as long as the driver looks for a server. */
const PAUSE = 250;

/** A process's way to its database, which need not be there when the process starts. */
export class DatabaseConnection {
  private failure?: unknown;
  private stopped = false;
  /** Whether there has been a connection. */
  private opened = false;
  private looking?: Promise<void>;

  /**
   * @param connection the one whose models the process uses
   * @param url the connection string
   * @param options made anew for each try: Mongoose takes out what is its own
   */
  constructor(private readonly connection: Connection, private readonly url: string, private readonly options: () => ConnectOptions) {}

  /** Whether it is over, or ending. */
  get closed(): boolean {
    return this.stopped;
  }

  /**
   * Connects, however long that takes: the driver gives up when there is no first connection, and keeps one that there is.
   * @return false when `close` came first
   */
  async open(): Promise<boolean> {
    while (!this.stopped) {
      try {
        await this.connection.openUri(this.url, this.options());
        this.opened = true;
        return true;
      } catch (error) {
        this.failure = error;
        if (!this.stopped) await sleep(PAUSE);
      }
    }
    return false;
  }

  /**
   * Asks for a sign of life.
   * @throws the driver's error; that of the last try while there is no connection
   */
  async ping(): Promise<void> {
    const { db, readyState } = this.connection;
    if (readyState !== 1 || !db) {
      this.look();
      throw this.failure ?? new Error('not connected');
    }
    this.failure = undefined;
    await db.command({ ping: 1 });
  }

  /** Left alone, the driver looks for a server that has gone every 10 s; whoever waits for one makes it look at once. */
  private look(): void {
    const { db } = this.connection;
    if (!db || !this.opened || this.stopped) return;
    this.looking ??= db.command({ ping: 1 }).then(() => undefined, () => undefined).finally(() => { this.looking = undefined; });
  }

  /** The database's time. @throws the driver's error */
  async time(): Promise<Date> {
    const { db } = this.connection;
    if (!db) throw this.failure ?? new Error('not connected');
    return databaseTime(db);
  }

  /** Ends it, or the tries. */
  async close(): Promise<void> {
    this.stopped = true;
    // Mongoose waits for a connection that is being made, before it closes it.
    if (this.connection.db) await this.connection.close();
    else await this.connection.getClient()?.close();
  }
}
