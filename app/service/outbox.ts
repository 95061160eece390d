import { hash, randomUUID } from 'node:crypto';
import { Service } from 'egg';
import { AppError } from '../lib/errors';
import { outcomeEvent } from '../lib/events/ofOutcome';
import { insertAll } from '../lib/mongo/groupedInsert';
import { isUnavailable } from '../lib/mongo/errors';
import { nextOrder } from '../lib/order';
import { sleep } from '../lib/sleep';
import type { OutboxDocument, OutboxError, OutboxKind, OutboxReceipt } from '../lib/outbox/document';
import type { Sender } from '../lib/outbox/sender';
import type { Claimed } from '../lib/outbox/store';
import { UpstreamError } from '../lib/upstreamError';
import { coveredUntil } from '../lib/wechat/customWindow';
import type { SubscribeContent } from '../lib/wechat/subscribeContent';
import type { MessageDocument } from '../model/message';

export interface Outgoing {
  kind: OutboxKind;
  appid: string;
  openid: string;
  message: Record<string, unknown>;
  /** The push this is a consequence of. */
  cause?: string;
  /** The same key, the same message: it is queued once. */
  idempotencyKey?: string;
  /** Of the reply to a push: until when the push itself allows it. */
  coveredUntil?: Date;
  /** Of a customer-service message: what is sent instead when the person's window is closed. */
  fallback?: SubscribeContent;
}

/** A message whose id is made of its cause, so that it is queued once. */
export interface Consequence extends Outgoing {
  _id: string;
  /** Its place in its lane. */
  order: number;
}

/** Outgoing messages: queued durably, sent at most once each, their outcome kept. */
export default class OutboxService extends Service {
  /**
   * Queues a message.
   * @param id of its row: by it, too, a message is queued once
   * @return its row: the one queued before when the id, or the idempotencyKey, is known
   */
  async enqueue(outgoing: Outgoing, id = rowId(outgoing)): Promise<OutboxDocument> {
    const { Outbox } = this.ctx.model;
    const row = toRow({ ...outgoing, _id: id, order: nextOrder() });
    const [inserted] = await insertAll(this.app.outboxCollection, [row]);
    if ('error' in inserted) throw inserted.error;
    if (inserted.value) {
      this.wake(row.kind);
      return row;
    }
    return await Outbox.findById(row._id).lean<OutboxDocument>() ?? row;
  }

  /** Queues the replies that pushes have planned, each once and in the order of the pushes. */
  async enqueueReplies(messages: MessageDocument[]): Promise<void> {
    await this.enqueueOnce(messages.map(message => {
      const { _id, appid, openid, order, effects } = message;
      const covered = coveredUntil(this.app.weapps.find(appid)?.kind ?? 'miniprogram', message);
      return {
        _id: `reply:${_id}`, order, kind: 'custom', appid, openid, message: effects?.reply ?? {}, cause: _id,
        ...(covered ? { coveredUntil: covered } : {}),
        ...(effects?.fallback ? { fallback: effects.fallback } : {}),
      };
    }));
  }

  /** Queues messages, all of one kind; those that are queued already are left as they are. */
  async enqueueOnce(consequences: Consequence[]): Promise<void> {
    if (consequences.length === 0) return;
    for (const outcome of await insertAll(this.app.outboxCollection, consequences.map(toRow))) if ('error' in outcome) throw outcome.error;
    this.wake(consequences[0].kind);
  }

  /** @throws {AppError} NOT_FOUND */
  async find(id: string): Promise<OutboxDocument> {
    const row = await this.ctx.model.Outbox.findById(id).lean<OutboxDocument>();
    if (!row) throw new AppError('NOT_FOUND', 'There is no message of this id.');
    return row;
  }

  /**
   * Puts a message that did not get through, or may not have, back into the queue: somebody has decided so.
   * @throws {AppError} NOT_FOUND; INVALID_ARGUMENT when it is in another state
   */
  async redrive(id: string): Promise<OutboxDocument> {
    const row = await this.ctx.model.Outbox.findOneAndUpdate(
      { _id: id, state: { $in: ['failed', 'dead', 'unknown'] } },
      { $set: { state: 'ready', nextAt: new Date(), attempts: 0 }, $unset: { lease: '', sendStartedAt: '', blocked: '' } },
      { new: true },
    ).lean<OutboxDocument>();
    if (!row) {
      const { state } = await this.find(id);
      throw new AppError('INVALID_ARGUMENT', `Only a failed, dead or unknown message can be sent again; this one is ${state}.`);
    }
    this.wake(row.kind);
    return row;
  }

  /** Sends a claimed row and records the outcome; the loop calls this. */
  async deliver(row: Claimed): Promise<void> {
    const { app } = this;
    const sender: Sender = this.ctx.service.sender[row.kind];
    if (row.abandoned && !sender.repeatable) {
      this.count(row, 'unknown', 'unknown');
      return this.settle(sender, row, 'unknown', { message: 'the process ended while the message was being sent', at: new Date() });
    }
    let started = false;
    try {
      const refusal = await sender.refuse(row);
      if (refusal) return await this.settle(sender, row, 'failed', refusal);
      // What fails in here did not touch the message.
      const message = await sender.prepare(row);
      started = await app.outboxStore.start(row);
      if (!started) return;
      const receipt = await sender.send({ ...row, message });
      this.count(row, 'sent', '0');
      await this.settle(sender, row, 'sent', receipt ?? {});
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      await this.fail(sender, row, error, started);
    }
  }

  private async fail(sender: Sender, row: Claimed, error: UpstreamError, started: boolean): Promise<void> {
    const { errcode, errmsg, delivery, label } = error;
    const told: OutboxError = { ...(errcode === undefined ? {} : { errcode }), message: errmsg, at: new Date() };
    const attempts = row.attempts + 1;
    if (started && delivery === 'unknown' && !sender.repeatable) {
      this.count(row, 'unknown', label);
      return this.settle(sender, row, 'unknown', told);
    }
    if (started && !error.retryable) {
      this.count(row, 'failed', label);
      return this.settle(sender, row, 'failed', told);
    }
    const nextAt = sender.retryAt(attempts);
    this.count(row, nextAt ? 'retry' : 'failed', label);
    if (!nextAt) return this.settle(sender, row, 'dead', told);
    await this.record(() => this.app.outboxStore.retry(row, { attempts, nextAt, lastError: told }));
  }

  private async settle(sender: Sender, row: Claimed, ...[state, outcome]: ['sent', OutboxReceipt] | ['failed' | 'dead' | 'unknown', OutboxError]): Promise<void> {
    await this.record(async () => {
      await sender.settled?.(row, state, state === 'sent' ? undefined : outcome);
      if (row.kind !== 'webhook') await this.ctx.service.webhook.emit(outcomeEvent(row, state, state === 'sent' ? undefined : outcome));
      if (state === 'sent') await this.app.outboxStore.sent(row, outcome);
      else await this.app.outboxStore[state](row, outcome);
    });
  }

  private wake(kind: OutboxKind): void {
    if (kind === 'webhook') this.app.webhookLoop.wake();
    else this.app.outboxLoop.wake();
  }

  private count({ kind }: Claimed, outcome: 'sent' | 'retry' | 'failed' | 'unknown', errcode: string): void {
    this.app.metrics.sends.inc({ kind, outcome, errcode });
  }

  /** An outcome that is lost makes the message `unknown`: the database is given until the lease ends. */
  private async record(write: () => Promise<void>): Promise<void> {
    for (let tries = 0; ; tries++) {
      try {
        return await write();
      } catch (error) {
        if (!isUnavailable(error) || tries >= 10) throw error;
        await sleep(2000);
      }
    }
  }
}

/** The id of a message's row, made of its idempotencyKey where it has one. */
export function rowId({ appid, kind, idempotencyKey }: Pick<Outgoing, 'appid' | 'kind' | 'idempotencyKey'>): string {
  return idempotencyKey === undefined ? randomUUID() : `key:${hash('sha256', JSON.stringify([kind, appid, idempotencyKey]))}`;
}

/** Events out have lanes of their own: a backend that is away holds up no message. */
function toRow(consequence: Consequence): OutboxDocument {
  const { kind, appid, openid } = consequence;
  const now = new Date();
  return {
    ...consequence,
    lane: `${kind === 'webhook' ? 'webhook' : 'wechat'}:${appid}:${openid}`,
    state: 'ready',
    nextAt: now,
    attempts: 0,
    createdAt: now,
  };
}
