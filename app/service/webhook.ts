import { Service } from 'egg';
import { eventBody, toEvent, type Happening } from '../lib/events/event';
import { nextOrder } from '../lib/order';

/** Events out: to WEBHOOK_URL through the outbox, and to app/hook/events.ts at once. */
export default class WebhookService extends Service {
  /** Whether anybody wants to be told. */
  get wanted(): boolean {
    const { environment, eventListener } = this.app;
    return environment.webhook !== undefined || eventListener.listening;
  }

  /**
   * Tells what has happened. Telling it again does no harm: an event is queued once for its cause. Hooks may be told
   * again, with the same id.
   * @throws when the database is away
   */
  async emit(...happenings: Happening[]): Promise<void> {
    if (!this.wanted || happenings.length === 0) return;
    const told = happenings.map(happening => ({ happening, event: toEvent(happening) }));
    if (this.app.environment.webhook) {
      await this.ctx.service.outbox.enqueueOnce(told.map(({ happening, event }) => ({
        _id: event.id,
        kind: 'webhook',
        appid: event.data.appid,
        openid: event.data.openid,
        message: { type: event.type, body: eventBody(event) },
        order: happening.order ?? nextOrder(),
      })));
    }
    for (const { event } of told) this.app.eventListener.notify(event);
  }
}
