import { randomUUID } from 'node:crypto';
import { AggregatorRegistry, type Registry } from 'prom-client';

/** What is needed of Egg's messenger. */
export interface Messenger {
  on(action: string, listener: (data: unknown) => void): unknown;
  sendToAgent(action: string, data: unknown): unknown;
  sendToApp(action: string, data: unknown): unknown;
  sendTo(pid: number, action: string, data: unknown): unknown;
}

type MetricsJson = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

/** A question to all workers. */
interface Question {
  id: string;
  /** Who asks. */
  pid: number;
}

interface Collection {
  parts: Map<number, MetricsJson>;
  /** Whose answers are awaited; unknown until the agent has said who there is. */
  others?: number[];
  done: () => void;
}

const ASK = 'metrics-ask';
const TELL = 'metrics-tell';
const TOLD = 'metrics-told';

/** How long a worker is waited for: one that hangs is left out. */
const TIMEOUT_MS = 1_000;

/**
 * The agent's part: it knows which workers there are, and passes the question on to them.
 * Called once, before the workers start.
 */
export function relayMetricsQuestions(messenger: Messenger): void {
  let workers: number[] = [];
  messenger.on('egg-pids', pids => { workers = (pids as Array<string | number>).map(Number); });
  messenger.on(ASK, question => messenger.sendToApp(TELL, { ...question as Question, workers }));
}

/**
 * Adds the metrics of all workers up, whichever of them is asked. Each worker counts for itself and keeps nothing: the
 * counts of one that has died begin again at 0, as Prometheus expects of a restart.
 */
export class MetricsExchange {
  private readonly pid = process.pid;
  private readonly collections = new Map<string, Collection>();

  constructor(private readonly messenger: Messenger, private readonly registry: Registry, private readonly patience = TIMEOUT_MS) {}

  /** Answers the other workers from now on. */
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

  /** Without what is not known yet: Node's mean of nothing is NaN, which JSON makes null and others add up to 0. */
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
