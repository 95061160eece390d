import { TimeoutError, within } from '../async/within';
import { EVENT_TYPES, type EventType, type HubEvent } from './event';

/** A listener for events of one type. An error or rejection is logged, and the event is delivered again later. */
export type Listener = (event: HubEvent) => void | Promise<void>;

/** Milliseconds that a listener may take. */
export const LISTENER_TIMEOUT_MS = 15_000;

/** The listeners for events in this process. */
export class EventListeners {
  private readonly byType = new Map<EventType, Listener[]>();

  /** @param timeout milliseconds that a listener may take */
  constructor(public timeout = LISTENER_TIMEOUT_MS) {}

  /** Whether there is any listener. */
  get listening(): boolean {
    return this.byType.size > 0;
  }

  /** Whether events of this type have a listener. */
  hears(type: EventType): boolean {
    return this.byType.has(type);
  }

  /** @throws {TypeError} when there is no such type, or the listener is no function */
  add(type: EventType, listener: Listener): void {
    if (!EVENT_TYPES.includes(type)) throw new TypeError(`There is no event "${String(type)}". There are: ${EVENT_TYPES.join(', ')}.`);
    if (typeof listener !== 'function') throw new TypeError(`The listener of ${type} must be a function.`);
    this.byType.set(type, [...this.byType.get(type) ?? [], listener]);
  }

  /** Removes a listener; for tests. */
  clear(): void {
    this.byType.clear();
  }

  /**
   * Calls all listeners of an event at the same time, in the order in which they were added.
   * @throws the first error of a listener, once each has ended or taken too long
   */
  async tell(event: HubEvent): Promise<void> {
    const told = await Promise.allSettled((this.byType.get(event.type) ?? []).map(listener => this.tellOne(listener, event)));
    for (const outcome of told) if (outcome.status === 'rejected') throw outcome.reason;
  }

  private async tellOne(listener: Listener, event: HubEvent): Promise<void> {
    try {
      // In a microtask, so that a synchronous throw is caught like a rejection.
      await within(this.timeout, Promise.resolve().then(() => listener(event)));
    } catch (error) {
      throw error instanceof TimeoutError ? new Error(`it has taken longer than ${this.timeout} ms`) : error;
    }
  }
}
