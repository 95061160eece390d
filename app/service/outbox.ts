import { hash, randomUUID } from 'node:crypto';
import { Service } from 'egg';
import { AppError } from '../lib/errors';
import { insertAll } from '../lib/mongo/groupedInsert';
import { isUnavailable } from '../lib/mongo/errors';
import { nextOrder } from '../lib/order';
import { backoff } from '../lib/outbox/backoff';
import { sleep } from '../lib/sleep';
import { customWindow, WINDOW_SECONDS, type Interaction, type WindowVerdict } from '../lib/wechat/customWindow';
import { sendCustomMessage } from '../lib/wechat/endpoints/customMessage';
import { WechatError } from '../lib/wechat/error';
import type { CustomMessage } from '../lib/wechat/customMessageSchema';
import type { OutboxDocument, OutboxError, OutboxKind } from '../lib/outbox/document';
import type { Claimed } from '../lib/outbox/store';
import type { Weapp } from '../lib/wechat/apps';
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
}

const BOUND_TO_FAIL = {
  45015: 'response out of time limit: known here, so WeChat was not asked',
  45047: 'out of response count limit: known here, so WeChat was not asked',
};
const TRIES = 8;
const SEND_PATH = { custom: '/cgi-bin/message/custom/send', subscribe: '/cgi-bin/message/subscribe/send' };

/** Outgoing messages: queued durably, sent at most once each, their outcome kept. */
export default class OutboxService extends Service {
  /**
   * Queues a message.
   * @return its row: the one queued before when the idempotencyKey is known
   */
  async enqueue(outgoing: Outgoing): Promise<OutboxDocument> {
    const { Outbox } = this.ctx.model;
    const row = toRow(outgoing, rowId(outgoing), nextOrder());
    const [inserted] = await insertAll(this.app.outboxCollection, [row]);
    if ('error' in inserted) throw inserted.error;
    if (inserted.value) {
      this.app.outboxLoop.wake();
      return row;
    }
    return await Outbox.findById(row._id).lean<OutboxDocument>() ?? row;
  }

  /** Queues the replies that pushes have planned, each once and in the order of the pushes. */
  async enqueueReplies(messages: MessageDocument[]): Promise<void> {
    const rows = messages.map(({ _id, appid, openid, order, effects }) => toRow(
      { kind: 'custom', appid, openid, message: effects?.reply ?? {}, cause: _id }, `reply:${_id}`, order,
    ));
    if (rows.length === 0) return;
    for (const outcome of await insertAll(this.app.outboxCollection, rows)) if ('error' in outcome) throw outcome.error;
    this.app.outboxLoop.wake();
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
    this.app.outboxLoop.wake();
    return row;
  }

  /** Sends a claimed row and records the outcome; the loop calls this. */
  async deliver(row: Claimed): Promise<void> {
    const { app } = this;
    try {
      const weapp = app.weapps.find(row.appid);
      if (!weapp) throw new WechatError({ path: '', errmsg: `the app ${row.appid} is not configured`, retryable: false, delivery: 'not-sent' });
      const verdict = await this.window(weapp, row);
      if (verdict !== 'open') return await app.outboxStore.failed(row, { errcode: verdict, message: BOUND_TO_FAIL[verdict], at: new Date() });
      // Fetched before the message counts as being sent: what fails here did not touch it.
      await app.accessTokens.get(weapp);
      if (!await app.outboxStore.start(row)) return;
      await app.accessTokens.with(weapp, token => this.send(row, token));
      app.metrics.sends.inc({ kind: row.kind, outcome: 'sent', errcode: '0' });
      await this.record(() => app.outboxStore.sent(row));
    } catch (error) {
      if (!(error instanceof WechatError)) throw error;
      await this.fail(row, error);
    }
  }

  private send(row: Claimed, accessToken: string): Promise<void> {
    return sendCustomMessage(this.app.wechatClient, accessToken, { touser: row.openid, message: row.message as CustomMessage });
  }

  /** Whether a call is bound to fail, so that it is not made. About who never wrote to us we know nothing: WeChat decides. */
  private async window(weapp: Weapp, { kind, appid, openid }: Claimed): Promise<WindowVerdict> {
    if (kind !== 'custom') return 'open';
    const { Message, Outbox } = this.ctx.model;
    const since = new Date(Date.now() - WINDOW_SECONDS * 1000);
    const recent = await Message.find({ appid, openid, receivedAt: { $gte: since } }, { type: 1, event: 1, receivedAt: 1 })
      .sort({ receivedAt: -1 }).limit(100).lean<Interaction[]>();
    if (recent.length === 0 && !await Message.exists({ appid, openid })) return 'open';
    return customWindow(weapp.kind, recent, time => Outbox.countDocuments({
      appid, openid, createdAt: { $gte: since }, kind: 'custom', state: { $in: ['sent', 'unknown'] }, sendStartedAt: { $gte: time },
    }));
  }

  private async fail(row: Claimed, error: WechatError): Promise<void> {
    const { metrics, outboxStore } = this.app;
    const told: OutboxError = { ...(error.errcode === undefined ? {} : { errcode: error.errcode }), message: error.errmsg, at: new Date() };
    const attempts = row.attempts + 1;
    // What failed on the way to a token did not touch the message.
    const sending = error.path === SEND_PATH.custom || error.path === SEND_PATH.subscribe;
    const count = (outcome: string) => metrics.sends.inc({ kind: row.kind, outcome, errcode: error.label });
    if (sending && error.delivery === 'unknown') {
      count('unknown');
      await this.record(() => outboxStore.unknown(row, told));
    } else if (sending && !error.retryable && !error.tokenRefused) {
      count('failed');
      await this.record(() => outboxStore.failed(row, told));
    } else if (attempts >= TRIES || error.path === '') {
      count('failed');
      await this.record(() => outboxStore.dead(row, told));
    } else {
      count('retry');
      await this.record(() => outboxStore.retry(row, { attempts, nextAt: backoff(attempts), lastError: told }));
    }
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

function rowId({ appid, kind, idempotencyKey }: Outgoing): string {
  return idempotencyKey === undefined ? randomUUID() : `key:${hash('sha256', JSON.stringify([kind, appid, idempotencyKey]))}`;
}

function toRow(outgoing: Outgoing, _id: string, order: number): OutboxDocument {
  const { kind, appid, openid } = outgoing;
  const now = new Date();
  return {
    _id,
    ...outgoing,
    lane: `${kind === 'webhook' ? 'webhook' : 'wechat'}:${appid}:${openid}`,
    order,
    state: 'ready',
    nextAt: now,
    attempts: 0,
    createdAt: now,
  };
}
