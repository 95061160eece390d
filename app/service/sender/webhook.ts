import { Service } from 'egg';
import { webhookRetryAt } from '../../lib/webhook/schedule';
import type { Deadline } from '../../lib/async/deadline';
import type { OutboxDocument, OutboxError } from '../../lib/outbox/document';
import type { Sender } from '../../lib/outbox/sender';

/** Sends events to the team's own backend. Each has an id by which a repetition is recognised. */
export default class WebhookSender extends Service implements Sender {
  readonly repeatableMs = Infinity;

  /** Without WEBHOOK_URL nothing is claimed: queued events wait until there is one again. */
  async refuse(): Promise<OutboxError | null> {
    return this.app.environment.webhook ? null : { message: 'WEBHOOK_URL is not set', at: new Date() };
  }

  /** Nothing is needed beforehand. */
  async prepare({ message }: OutboxDocument): Promise<OutboxDocument['message']> {
    return message;
  }

  async send({ _id, message }: OutboxDocument, deadline: Deadline): Promise<void> {
    const { environment, webhookClient } = this.app;
    if (environment.webhook) await webhookClient.post(environment.webhook, { id: _id, body: String(message.body) }, deadline);
  }

  retryAt(attempts: number): Date | null {
    return webhookRetryAt(attempts);
  }
}
