import { randomUUID } from 'node:crypto';
import { AggregatorRegistry, type Registry } from 'prom-client';
import { ASK, TELL, type Messenger, type Question } from './relay';

type MetricsJson = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

interface Collection {
  parts: Map<number, MetricsJson>;
  /** The workers whose answers are awaited; unknown until the agent has named them. */
  others?: number[];
  done: () => void;
}

const TOLD = 'metrics-told';

/** Milliseconds to wait for a worker; one that hangs is left out. */
const TIMEOUT_MS = 1_000;

/**
 * Adds up the metrics of all workers, whichever of them is asked. Each worker counts for itself and stores nothing: the
 * counts of a new worker begin at 0, as Prometheus expects of a restart.
 */
export class MetricsExchange {
  private readonly pid = process.pid;
  private readonly collections = new Map<string, Collection>();

  constructor(private readonly messenger: Messenger, private readonly registry: Registry, private readonly patience = TIMEOUT_MS) {}

  /** Begins to answer the other workers. */
  start(): void {
    this.messenger.on(TELL, question => void this.tell(question as Question & { workers: number[] }));
    this.messenger.on(TOLD, answer => {
      const { id, pid, metrics } = answer as { id: string; pid: number; metrics: MetricsJson };
      const collection = this.collections.get(id);
      collection?.parts.set(pid, metrics);
      this.look(collection);
    });
  }

  /** The metrics of all workers that answer in time, in Prometheus' text format. */
  async text(): Promise<string> {
    const id = randomUUID();
    const parts = new Map<number, MetricsJson>();
    let timer: NodeJS.Timeout | undefined;
    const answered = new Promise<void>(done => {
      this.collections.set(id, { parts, done });
      timer = setTimeout(done, this.patience);
    });
    this.messenger.sendToAgent(ASK, { id, pid: this.pid });
    const own = await this.local();
    await answered;
    clearTimeout(timer);
    this.collections.delete(id);
    return AggregatorRegistry.aggregate([own, ...parts.values()]).metrics();
  }

  /**
   * Leaves out values that are not known yet: Node's mean of nothing is NaN, which JSON makes null and the sum would
   * count as 0.
   */
  private async local(): Promise<MetricsJson> {
    const metrics = await this.registry.getMetricsAsJSON();
    return metrics.map(metric => ({ ...metric, values: metric.values.filter(({ value }) => Number.isFinite(value)) })) as MetricsJson;
  }

  private async tell({ id, pid, workers }: Question & { workers: number[] }): Promise<void> {
    if (pid !== this.pid) {
      this.messenger.sendTo(pid, TOLD, { id, pid: this.pid, metrics: await this.local() });
      return;
    }
    const collection = this.collections.get(id);
    if (collection) collection.others = workers.filter(worker => worker !== this.pid);
    this.look(collection);
  }

  private look(collection: Collection | undefined): void {
    if (collection?.others?.every(pid => collection.parts.has(pid))) collection.done();
  }
}
