import { Service } from 'egg';
import { readEventBody } from '../../lib/events/event';
import { webhookRetryAt } from '../../lib/webhook/schedule';
import type { Deadline } from '../../lib/async/deadline';
import { UpstreamError } from '../../lib/http/upstreamError';
import type { OutboxDocument, OutboxError } from '../../lib/outbox/document';
import type { Sender } from '../../lib/outbox/sender';

/**
 * Tries of an event without a listener in this version: for about four minutes, during which servers with an older
 * version of the team's code, which takes the events of a newer one, are replaced.
 */
const TRIES_UNHEARD = 8;

/** Sends events to listeners of the team's own code, which may get them twice. */
export default class ListenerSender extends Service implements Sender {
  readonly repeatableMs = Infinity;

  async refuse(row: OutboxDocument): Promise<OutboxError | null> {
    const { type } = eventOf(row);
    if (row.attempts < TRIES_UNHEARD || this.app.eventListeners.hears(type)) return null;
    return { message: `nobody listens to ${type}`, at: new Date() };
  }

  async prepare(row: OutboxDocument): Promise<OutboxDocument['message']> {
    const { type } = eventOf(row);
    if (!this.app.eventListeners.hears(type)) throw failure(`nobody listens to ${type} in this process`, 'not-sent');
    return row.message;
  }

  async send(row: OutboxDocument, deadline: Deadline): Promise<void> {
    const event = eventOf(row);
    if (deadline.left < this.app.eventListeners.timeout) throw failure('too late to be told by the process that holds the event', 'not-sent');
    try {
      await this.app.eventListeners.tell(event);
    } catch (error) {
      const { message, stack } = error instanceof Error ? error : new Error(String(error));
      this.logger.error('A listener of %s has failed (event %s, try %d; it is told again): %s', event.type, event.id, row.attempts + 1, stack ?? message);
      throw failure(message, 'answered');
    }
  }

  retryAt(attempts: number): Date | null {
    return webhookRetryAt(attempts);
  }
}

function eventOf({ message }: OutboxDocument) {
  return readEventBody(String(message.id), String(message.body));
}

function failure(errmsg: string, delivery: 'not-sent' | 'answered'): UpstreamError {
  return new UpstreamError(`listener: ${errmsg}`, { errmsg: errmsg.slice(0, 512), delivery, retryable: true });
}
