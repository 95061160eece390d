import { Service } from 'egg';

/** What the operations pages ask. */
export default class HealthService extends Service {
  /** Whether the database answers now, and how many pushes wait in the spool for it. */
  async state(): Promise<{ database: boolean; spool: number }> {
    const [database, spool] = await Promise.all([this.app.database.answers(), this.app.spool.length()]);
    return { database, spool };
  }
}
