/** What happened to a failed request: it never left, it was answered, or it is unknown. */
export type Delivery = 'not-sent' | 'answered' | 'unknown';

/** A failed call to another server. Never holds a secret. */
export class UpstreamError extends Error {
  /** The other server's error number, where it gave one. */
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
