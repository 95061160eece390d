import { Service } from 'egg';
import { within } from '../lib/async/within';
import type { OutboxState } from '../lib/outbox/document';

/** Counting of a state stops here. */
const MOST_COUNTED = 100_000;
const COUNTED = ['ready', 'leased', 'failed', 'dead', 'unknown'] as const satisfies readonly OutboxState[];
/** Milliseconds after which an outbox that is not counted yet is left out of the answer. */
const TIMEOUT_MS = 1_000;

/** The metrics for Prometheus. */
export default class MetricsService extends Service {
  /** The metrics of all workers, and those of the instance, as Prometheus' text. Quick, whatever the database does. */
  async text(): Promise<string> {
    const { app } = this;
    const [workers] = await Promise.all([app.metricsExchange.text(), this.lookAtOutbox(), this.lookAtSpool()]);
    return `${workers.trimEnd()}\n${await app.metrics.instance.metrics()}`;
  }

  private async lookAtSpool(): Promise<void> {
    this.app.metrics.spoolLength.set(await this.app.spool.length());
  }

  /** An outbox that cannot be counted is left out, instead of being answered with old numbers. */
  private async lookAtOutbox(): Promise<void> {
    const { app } = this;
    const counts = app.database.up ? await within(TIMEOUT_MS, app.outboxCounts.value()).catch(() => null) : null;
    app.metrics.outbox.reset();
    for (const [state, count] of Object.entries(counts ?? {})) app.metrics.outbox.set({ state }, count);
  }

  /**
   * How many outgoing messages there are in each state, up to a bound. Sent ones are by far the most and are not
   * counted: their number is the rest of the collection's size, which the database knows.
   */
  async countOutbox(): Promise<Record<OutboxState, number>> {
    const { Outbox } = this.ctx.model;
    const [all, ...counts] = await Promise.all([
      Outbox.estimatedDocumentCount({ maxTimeMS: TIMEOUT_MS }),
      ...COUNTED.map(state => Outbox.countDocuments({ state }, { maxTimeMS: TIMEOUT_MS, limit: MOST_COUNTED })),
    ]);
    const [ready, leased, failed, dead, unknown] = counts;
    const sent = Math.max(0, all - counts.reduce((sum, count) => sum + count, 0));
    return { ready, leased, sent, failed, dead, unknown };
  }
}
