/** What became of a request that failed: it never left, it was answered, or nobody knows. */
export type Delivery = 'not-sent' | 'answered' | 'unknown';

/** A call to somebody else's server that failed. Never holds a secret. */
export class UpstreamError extends Error {
  /** The other side's own number, where it gave one. */
  readonly errcode?: number;
  readonly errmsg: string;
  /** Whether the same call may succeed later. */
  readonly retryable: boolean;
  readonly delivery: Delivery;

  constructor(message: string, options: { errcode?: number; errmsg: string; retryable: boolean; delivery: Delivery }) {
    super(message);
    this.name = 'UpstreamError';
    this.errcode = options.errcode;
    this.errmsg = options.errmsg;
    this.retryable = options.retryable;
    this.delivery = options.delivery;
  }

  /** Label for metrics: the errcode, or the kind of failure. */
  get label(): string {
    if (this.errcode !== undefined) return String(this.errcode);
    return this.delivery === 'answered' ? 'http' : this.delivery;
  }
}
