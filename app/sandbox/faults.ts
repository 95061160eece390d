import { randomUUID } from 'node:crypto';

const FAULT_LIMIT = 1_000;

/** What shall go wrong. Without errcode, status or body the call itself is answered as always. */
export interface FaultOptions {
  path: string;
  errcode?: number;
  errmsg?: string;
  status?: number;
  body?: string;
  contentType?: string;
  delayMs?: number;
  hang?: boolean | 'before' | 'after';
  reset?: 'before' | 'after';
  truncate?: boolean;
  /** A subscription or template message is taken, and does not arrive: what subscribe_msg_sent_event, or TEMPLATESENDJOBFINISH (the status alone), tells. */
  undelivered?: { errorCode: number; errorStatus: string };
  times?: number;
  probability?: number;
  openid?: string;
}

export interface Fault extends FaultOptions { id: string; used: number }

/** The faults that were asked for. One that is used up stays listed, so that a test sees which ones met a call. */
export class Faults {
  private faults: Fault[] = [];

  add(options: FaultOptions): Fault {
    const fault = { ...options, id: randomUUID(), used: 0 };
    this.faults.push(fault);
    if (this.faults.length > FAULT_LIMIT) this.faults.shift();
    return fault;
  }

  list(): (Fault & { exhausted: boolean })[] {
    return this.faults.map(fault => ({ ...fault, exhausted: isExhausted(fault) }));
  }

  /** Takes the first fault that meets this call. `openidOf` is asked only where a fault names an openid. */
  take(path: string, openidOf: () => string | undefined): Fault | undefined {
    if (this.faults.length === 0) return undefined;
    const fault = this.faults.find(candidate =>
      (candidate.path === path || candidate.path === '*')
      && !isExhausted(candidate)
      && (candidate.openid === undefined || candidate.openid === openidOf())
      && (candidate.probability === undefined || Math.random() < candidate.probability));
    if (fault) fault.used += 1;
    return fault;
  }

  clear(id?: string): number {
    const before = this.faults.length;
    this.faults = id === undefined ? [] : this.faults.filter(fault => fault.id !== id);
    return before - this.faults.length;
  }
}

function isExhausted({ times = 1, used }: Fault): boolean {
  return times > 0 && used >= times;
}
