import { hash, randomUUID } from 'node:crypto';
import { Service } from 'egg';
import { AppError } from '../lib/errors';
import { nextOrder } from '../lib/async/order';
import { redriveUpdate } from '../lib/outbox/byHand';
import { newLease } from '../lib/outbox/claims';
import { contentDigest } from '../lib/outbox/content';
import { laneOf, OUTBOX_KINDS, type OutboxKind } from '../lib/outbox/kinds';
import type { Claimed, OutboxDocument } from '../lib/outbox/document';
import type { OutboxLoop } from '../lib/outbox/loop';
import { coveredUntil } from '../lib/wechat/outgoing/customWindow';
import type { SubscribeContent } from '../lib/wechat/outgoing/subscribeContent';
import type { PersonalPush } from '../lib/wechat/push/storedPush';
import type { MessageDocument } from '../model/message';

export interface Outgoing {
  kind: OutboxKind;
  appid: string;
  openid: string;
  message: Record<string, unknown>;
  /** The push that caused it. */
  cause?: string;
  /** The administrator who sends it. */
  by?: string;
  /** Messages with the same key are queued once. */
  idempotencyKey?: string;
  /** Digest of the content that came with the key: see lib/outbox/content. */
  contentDigest?: string;
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

/** The queue of outgoing messages: each is queued durably, once. */
export default class OutboxService extends Service {
  /**
   * Queues a message.
   * @param id of its row: a message with the same id is queued once
   * @return its row: the one queued before when the id, or the idempotencyKey, is known, though its content may differ
   */
  async enqueue(outgoing: Outgoing, id = rowId(outgoing)): Promise<OutboxDocument> {
    const { Outbox } = this.ctx.model;
    const row = toRow({ ...outgoing, _id: id, order: nextOrder() });
    if (await this.app.groups.outbox.insert(row)) {
      this.loopOf(row.kind).wake();
      this.app.keeping.queued(row);
      return row;
    }
    return await Outbox.findById(row._id).lean<OutboxDocument>() ?? row;
  }

  /**
   * Queues a customer-service message of another backend, or of an administrator.
   * @throws {AppError} CONFLICT when the idempotencyKey was used for another message; NOT_FOUND when the person has been erased
   */
  async send(request: Omit<Outgoing, 'kind' | 'contentDigest'>): Promise<OutboxDocument> {
    await this.ctx.service.erasure.requirePresent(request);
    const { idempotencyKey, message, fallback = null } = request;
    const outgoing: Outgoing = { kind: 'custom', ...request, ...(idempotencyKey === undefined ? {} : { contentDigest: contentDigest({ message, fallback }) }) };
    const row = await this.enqueue(outgoing);
    requireSame(row, outgoing);
    return row;
  }

  /** Queues the replies that pushes have planned, each once and in the order of the pushes. */
  async enqueueReplies(messages: PersonalPush<MessageDocument>[]): Promise<void> {
    await this.enqueueOnce(messages.map(message => {
      const { _id, appid, openid, order, effects } = message;
      const covered = coveredUntil(this.app.wechatApps.find(appid)?.kind ?? 'miniprogram', message);
      return {
        _id: `reply:${_id}`, order, kind: 'custom', appid, openid, message: effects?.reply ?? {}, cause: _id,
        ...(covered ? { coveredUntil: covered } : {}),
        ...(effects?.fallback ? { fallback: effects.fallback } : {}),
      };
    }));
  }

  /**
   * Queues messages, all of one kind; those that are queued already stay as they are. As many as this process has room
   * for are queued as claimed and are sent without having to be found.
   */
  async enqueueOnce(consequences: Consequence[]): Promise<void> {
    if (consequences.length === 0) return;
    const loop = this.loopOf(consequences[0].kind);
    const lease = loop.accepts(consequences.length) ? newLease() : undefined;
    const rows = consequences.map(consequence => ({ ...toRow(consequence), ...lease }));
    const outcomes = await Promise.allSettled(rows.map(row => this.app.groups.outbox.insert(row)));
    const inserted = rows.filter((_row, index) => wasInserted(outcomes[index]));
    if (lease) loop.offer(inserted as Claimed[]);
    else loop.wake();
    for (const row of inserted) this.app.keeping.queued(row);
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }

  /** Whether a message was queued with an idempotencyKey before. */
  async isQueued(message: Required<Pick<Outgoing, 'appid' | 'kind' | 'idempotencyKey'>>): Promise<boolean> {
    return await this.ctx.model.Outbox.exists({ _id: rowId(message) }) !== null;
  }

  /** @throws {AppError} NOT_FOUND */
  async find(id: string): Promise<OutboxDocument> {
    const row = await this.ctx.model.Outbox.findById(id).lean<OutboxDocument>();
    if (!row) throw new AppError('NOT_FOUND', { key: 'noMessage' });
    return row;
  }

  /**
   * Puts a message that was not delivered, or may not have been, back into the queue, by a person's decision.
   * @throws {AppError} NOT_FOUND; INVALID_ARGUMENT when it is in another state
   */
  async redrive(id: string): Promise<OutboxDocument> {
    const row = await this.ctx.model.Outbox.findOneAndUpdate(
      { _id: id, state: { $in: ['failed', 'dead', 'unknown'] } },
      redriveUpdate(new Date()),
      { new: true },
    ).lean<OutboxDocument>();
    if (!row) {
      const { state } = await this.find(id);
      throw new AppError('INVALID_ARGUMENT', { key: 'notRedrivable', params: { state } });
    }
    this.loopOf(row.kind).wake();
    return row;
  }

  /** The loop that sends rows of a kind. */
  loopOf(kind: OutboxKind): OutboxLoop {
    return this.app.outboxLoops[OUTBOX_KINDS[kind].loop];
  }
}

/** The id of a message's row, made of its idempotencyKey where it has one. */
export function rowId({ appid, kind, idempotencyKey }: Pick<Outgoing, 'appid' | 'kind' | 'idempotencyKey'>): string {
  return idempotencyKey === undefined ? randomUUID() : `key:${hash('sha256', JSON.stringify([kind, appid, idempotencyKey]))}`;
}

/** Checks the digest. @throws {AppError} CONFLICT when the row is of another message */
export function requireSame(row: OutboxDocument, wanted: { openid: string; contentDigest?: string }): void {
  // Rows of former versions have no digest.
  const other = row.openid !== wanted.openid || (row.contentDigest !== undefined && row.contentDigest !== wanted.contentDigest);
  if (other) throw new AppError('CONFLICT');
}

function toRow(consequence: Consequence): OutboxDocument {
  const now = new Date();
  return {
    ...consequence,
    lane: laneOf(consequence),
    state: 'ready',
    nextAt: now,
    attempts: 0,
    createdAt: now,
  };
}

function wasInserted(outcome: PromiseSettledResult<boolean>): boolean {
  return outcome.status === 'fulfilled' && outcome.value;
}
