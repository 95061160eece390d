import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** Every metric of the process, by Prometheus' naming rules. */
export class Metrics {
  /** Metrics that each worker counts for itself: they are added up when they are read. */
  readonly registry = new Registry();
  /** Metrics that are the same in every worker. */
  readonly instance = new Registry();

  readonly pushes = new Counter({
    name: 'weapp_hub_pushes_total',
    help: 'Pushes received from WeChat, by what became of them',
    labelNames: ['appid', 'type', 'outcome'],
    registers: [this.registry],
  });

  readonly pushAckSeconds = new Histogram({
    name: 'weapp_hub_push_ack_seconds',
    help: 'Time from a push to its answer, of those answered 200',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5],
    registers: [this.registry],
  });

  readonly tokenRefreshes = new Counter({
    name: 'weapp_hub_token_refreshes_total',
    help: 'access_tokens asked from WeChat',
    labelNames: ['appid'],
    registers: [this.registry],
  });

  readonly sends = new Counter({
    name: 'weapp_hub_sends_total',
    help: 'Tries to send an outgoing message',
    labelNames: ['kind', 'outcome', 'errcode'],
    registers: [this.registry],
  });

  readonly imCallbacks = new Counter({
    name: 'weapp_hub_im_callbacks_total',
    help: 'Callbacks received from Tencent IM, by what became of them',
    labelNames: ['command', 'outcome'],
    registers: [this.registry],
  });

  readonly imNotices = new Counter({
    name: 'weapp_hub_im_notices_total',
    help: 'Offline notices about IM messages, by what became of them',
    labelNames: ['outcome'],
    registers: [this.registry],
  });

  readonly outbox = new Gauge({
    name: 'weapp_hub_outbox',
    help: 'Outgoing messages by state',
    labelNames: ['state'],
    registers: [this.instance],
  });

  readonly spoolLength = new Gauge({
    name: 'weapp_hub_spool_length',
    help: 'Pushes kept in files while the database is away',
    registers: [this.instance],
  });

  readonly upstreamSeconds = new Histogram({
    name: 'weapp_hub_upstream_seconds',
    help: 'Duration of calls to WeChat and Tencent IM',
    labelNames: ['path'],
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8],
    registers: [this.registry],
  });

  /** Adds Node's own metrics: memory, event loop, garbage collection. */
  collectNode(): void {
    collectDefaultMetrics({ register: this.registry });
  }
}
