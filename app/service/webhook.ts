import { Service } from 'egg';
import { eventBody, toEvent, type EventType, type NewEvent, type HubEvent } from '../lib/events/event';
import { nextOrder } from '../lib/async/order';
import type { EventOut } from '../lib/outbox/kinds';
import type { Consequence } from './outbox';

interface Told {
  cause: NewEvent;
  event: HubEvent;
}

/** Events out, through the outbox: to WEBHOOK_URL, and to the listeners of the team's own code. */
export default class WebhookService extends Service {
  /** Whether events have any receiver. */
  get wanted(): boolean {
    const { environment, eventListeners } = this.app;
    return environment.webhook !== undefined || eventListeners.listening;
  }

  /** Whether events of this type have any receiver. */
  wants(type: EventType): boolean {
    const { environment, eventListeners } = this.app;
    return environment.webhook !== undefined || eventListeners.hears(type);
  }

  /**
   * Queues an event. Repeating it does no harm: an event is queued once for its cause and for each receiver.
   * @throws when the database is away
   */
  async emit(...events: NewEvent[]): Promise<void> {
    const told = events.filter(({ type }) => this.wants(type)).map(cause => ({ cause, event: toEvent(cause) }));
    if (told.length === 0) return;
    const { environment, eventListeners } = this.app;
    const heard = told.filter(({ event }) => eventListeners.hears(event.type));
    await Promise.all([
      this.queue('webhook', environment.webhook ? told : []),
      this.queue('listener', heard),
    ]);
  }

  private async queue(kind: EventOut, told: Told[]): Promise<void> {
    await this.ctx.service.outbox.enqueueOnce(told.map(({ cause, event }): Consequence => ({
      ...(kind === 'webhook'
        ? { _id: event.id, message: { type: event.type, body: eventBody(event) } }
        : { _id: `listener:${event.id}`, message: { id: event.id, type: event.type, body: eventBody(event) } }),
      kind,
      appid: event.data.appid,
      openid: event.data.openid,
      order: cause.order ?? nextOrder(),
    })));
  }
}
