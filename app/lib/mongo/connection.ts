import type { Connection, ConnectOptions } from 'mongoose';
import { sleep } from '../async/sleep';
import { databaseTime } from './clock';

/** Milliseconds between two tries; each lasts as long as the driver looks for a server. */
const PAUSE_MS = 250;

/** A process's connection to its database, which need not be there when the process starts. */
export class DatabaseConnection {
  private failure?: unknown;
  private stopped = false;
  /** Whether there has ever been a connection. */
  private opened = false;
  private looking?: Promise<void>;

  /**
   * @param connection the one whose models the process uses
   * @param url the connection string
   * @param options made anew for each try, because Mongoose removes its own
   */
  constructor(private readonly connection: Connection, private readonly url: string, private readonly options: () => ConnectOptions) {}

  /** Whether the connection is closed, or closing. */
  get closed(): boolean {
    return this.stopped;
  }

  /**
   * Connects, however long that takes: the driver gives up when there is no first connection, but keeps an existing
   * one.
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
        if (!this.stopped) await sleep(PAUSE_MS);
      }
    }
    return false;
  }

  /**
   * Pings the database.
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

  /** By itself the driver looks for a lost server every 10 s; this makes it look at once for a waiting caller. */
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

  /** Closes the connection, or ends the tries. */
  async close(): Promise<void> {
    this.stopped = true;
    // Mongoose waits for a connection that is being made, before it closes it.
    if (this.connection.db) await this.connection.close();
    else await this.connection.getClient()?.close();
  }
}
