import { within } from '../within';
import type { HubEvent } from './event';

/** Told of every event in the process where it happens. Null: nobody listens. */
export type EventHook = ((event: HubEvent) => void | Promise<void>) | null;

/** Tells a hook of events without ever waiting for it or failing with it. */
export class EventListener {
  /**
   * @param hook may be exchanged at any time
   * @param onError told of what the hook throws, and of its taking too long
   * @param patience milliseconds after which a hook's work counts as lost
   */
  constructor(public hook: EventHook, private readonly onError: (error: Error) => void, private readonly patience = 5_000) {}

  get listening(): boolean {
    return this.hook !== null;
  }

  /** Never throws. */
  notify(event: HubEvent): void {
    const { hook } = this;
    if (!hook) return;
    // As a microtask, so that what the hook throws at once is caught like what it rejects with.
    within(this.patience, Promise.resolve().then(() => hook(event))).catch((error: unknown) => {
      this.onError(new Error(`the hook of ${event.type} failed: ${error instanceof Error ? error.message : String(error)}`, { cause: error }));
    });
  }
}
