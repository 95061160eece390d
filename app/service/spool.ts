import { Service } from 'egg';
import { isUnavailable } from '../lib/mongo/errors';
import { insertAll } from '../lib/mongo/batchedInsert';
import { withLease } from '../lib/mongo/lease';
import type { SpoolEntry } from '../lib/spool/segment';
import type { MessageDocument } from '../model/message';

/** Brings pushes that were kept on disk while the database was away into it. */
export default class SpoolService extends Service {
  /** Seals this worker's own segment once the database is back, and counts what waits. */
  async look(): Promise<void> {
    const { app } = this;
    if (app.database.up) await app.spool.seal();
    app.metrics.spoolLength.set(await app.spool.length());
  }

  /** Replays the spool in order and handles the pushes. One process of the instance at a time. */
  async replay(): Promise<void> {
    const { app, ctx } = this;
    if (!app.database.up || !app.spool.waits()) return;
    await withLease(app.leases, app.spool.lease, 15_000, async lease => {
      const replayed = await app.spool.replay(entries => {
        lease.check();
        return this.store(entries);
      });
      if (replayed > 0) this.logger.info('%d pushes of the spool are in the database now.', replayed);
      await this.look();
      await ctx.service.handling.recover(0, () => lease.check());
    });
  }

  /** @return the pushes that the database refuses for a reason other than its own state */
  private async store(entries: SpoolEntry[]): Promise<SpoolEntry[]> {
    const messages = await this.ctx.service.erasure.without(entries.map(revive));
    const repeated: MessageDocument[] = [];
    const refused: MessageDocument[] = [];
    (await insertAll(this.app.messageCollection, messages)).forEach((outcome, index) => {
      const message = messages[index];
      if ('error' in outcome) {
        if (isUnavailable(outcome.error)) throw outcome.error;
        this.logger.error('The database refuses the push %s, which is put aside in SPOOL_DIR/refused.jsonl: %s', message._id, (outcome.error as Error).message);
        refused.push(message);
      } else {
        // One that is stored already may have been stored by a try whose answer was lost, without being noted for the
        // console.
        this.app.keeping.stored(message, outcome.value);
        if (!outcome.value) repeated.push(message);
      }
    });
    await this.ctx.service.inbox.countRepetitions(repeated);
    return refused;
  }
}

/** Dates are texts in the spool. */
function revive(entry: SpoolEntry): MessageDocument {
  const message = entry as MessageDocument;
  for (const field of ['createTime', 'receivedAt', 'handledAt'] as const) {
    const value = message[field];
    if (value !== undefined) message[field] = new Date(value);
  }
  return message;
}
