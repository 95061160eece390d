import { Service } from 'egg';
import { sleep } from '../lib/sleep';

/** A database that takes longer than this to answer a ping is as good as gone. */
const PATIENCE = 2_000;

/** What the operations pages ask. */
export default class HealthService extends Service {
  /** Whether the database answers now. */
  async databaseAnswers(): Promise<boolean> {
    const { connection } = this.app.mongoose;
    if (connection.readyState !== 1 || !connection.db) return false;
    const ping = connection.db.command({ ping: 1 }).then(() => true, () => false);
    return Promise.race([ping, sleep(PATIENCE).then(() => false)]);
  }
}
