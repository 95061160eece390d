import { Service } from 'egg';
import { outcomeEvent, outcomeType } from '../lib/events/ofOutcome';
import type { Outcome } from '../lib/async/batcher';
import { upstreamFields } from '../lib/log/upstream';
import { isUnavailable } from '../lib/mongo/errors';
import { OUTBOX_KINDS } from '../lib/outbox/kinds';
import { tryOf, withTry } from '../lib/outbox/tries';
import type { Claimed, OutboxDocument, OutboxError } from '../lib/outbox/document';
import type { Ending, EndState } from '../lib/outbox/endings';
import type { Obstacle, Sender } from '../lib/outbox/sender';
import { sleep } from '../lib/async/sleep';
import { UpstreamError } from '../lib/http/upstreamError';
import { WechatError } from '../lib/wechat/error';

/** The outcome of a try, and its label in the metrics. */
interface Result extends Ending {
  outcome: 'sent' | 'retry' | 'failed' | 'unknown';
  label: string;
  /** Refused without a call: not counted as a try. */
  silent?: boolean;
}

/** Pauses between two attempts to write an outcome while the database is away, and how many. */
const RECORD_PAUSE_MS = 2_000;
const RECORD_TRIES = 60;
/** Milliseconds after which ends are told whose telling a crash has prevented, and how many at a time. */
const UNTOLD_MS = 10_000;
const ROUND = 200;
const EPOCH = new Date(0);
/**
 * How long messages wait for an app that WeChat refuses, and the earliest time at which one that was not released is
 * looked at.
 */
const LONGEST_WAIT_MS = 86_400_000;
const WAIT_MS = 600_000;

const INTERRUPTED = 'the process ended while the message was being sent';

const ENDS: Record<'failed' | 'dead' | 'unknown', string> = {
  failed: 'The %s %s has failed: %s',
  dead: 'The %s %s is dead, its tries are used up: %s',
  unknown: 'Whether the %s %s has arrived is unknown: %s',
};

/** Sends queued messages: each at most once, with its outcome stored, and told by the process that has written it. */
export default class DeliveryService extends Service {
  /**
   * Sends a row that this process holds and writes its outcome.
   * @return whether it has ended
   * @throws on an unforeseen error, or when the database is away: then its lease ends
   */
  async deliver(claimed: Claimed): Promise<boolean> {
    const sender = this.senderOf(claimed);
    const row = inDoubt(claimed, sender);
    if (row.sendStartedAt && !isRepeatable(sender, row.sendStartedAt)) return this.end(tried(unknown(claimed, problem(INTERRUPTED)), row.sendStartedAt));
    if (row.uncertainSince && !isRepeatable(sender, row.uncertainSince)) return this.end(unknown(row, row.lastError ?? problem('nobody knows whether it has arrived')));
    let begun: Date | undefined;
    try {
      const refusal = await sender.refuse(row);
      if (refusal) return await this.end({ ...ended(row, 'failed', refusal), outcome: 'failed', label: '', silent: true });
      const obstacle = await sender.waits?.(row);
      if (obstacle) return await this.end(waiting(row, obstacle));
      // A failure in here did not touch the message.
      const message = await sender.prepare(row);
      if (row.uncertainSince && !claimed.uncertainSince && !await this.app.outboxClaims.doubt(row, row.uncertainSince)) return false;
      const deadline = await this.start(row);
      if (!deadline) return false;
      begun = deadline.begun;
      const receipt = await sender.send({ ...row, message }, deadline);
      sender.taken?.(row);
      return await this.end(tried({ row, state: 'sent', fields: receipt ?? {}, untold: false, outcome: 'sent', label: '0' }, begun));
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      const obstacle = await sender.heldUp?.(row, error);
      return this.end(tried(obstacle ? waiting(row, obstacle, error.label) : failed(sender, row, error, begun), begun));
    }
  }

  /** Writes the outcomes of a group of tries, and their consequences. */
  async record(results: Result[]): Promise<Outcome<boolean>[]> {
    const { app } = this;
    const outcomes = await this.patiently(() => app.outboxEndings.record(results));
    const written = results.filter((_result, index) => {
      const outcome = outcomes[index];
      return 'value' in outcome && outcome.value;
    });
    for (const result of written) this.log(result);
    for (const { row, outcome, label, silent } of written) if (!silent) app.metrics.sends.inc({ kind: row.kind, outcome, errcode: label });
    for (const { row, state, fields } of written) app.keeping.settled({ ...row, ...fields, state });
    const untold = written.filter(result => result.untold).map(({ row, state, fields }) => ({ ...row, ...fields, state }));
    // The recovery repeats a failure of this.
    await this.tellInTurn(untold).catch(error => this.report(error));
    return outcomes;
  }

  /** Tells of ends; before them of earlier ones of the same lanes, whose writers have not come to tell of them. */
  private async tellInTurn(rows: OutboxDocument[]): Promise<void> {
    const earlier = rows.length > 0 && this.ctx.service.webhook.wanted ? await this.earlierUntold(rows) : [];
    await this.tell([...earlier, ...rows].sort((a, b) => a.order - b.order));
  }

  /** A lane goes on when an end is written: a process that was stopped before it told of it is not waited for. */
  private earlierUntold(rows: OutboxDocument[]): Promise<OutboxDocument[]> {
    const lanes = [...new Set(rows.map(({ lane }) => lane))];
    return this.app.outboxCollection.find(
      { untold: { $gt: EPOCH }, lane: { $in: lanes }, _id: { $nin: rows.map(({ _id }) => _id) } }, { sort: { untold: 1 }, limit: ROUND },
    ).toArray();
  }

  /** Tells of ends whose writers died before they could. */
  async tellUntold(): Promise<void> {
    for (;;) {
      const rows = await this.app.outboxCollection.find({ untold: { $lt: new Date(Date.now() - UNTOLD_MS) } }, { sort: { untold: 1 }, limit: ROUND }).toArray();
      if (await this.tell(rows) < ROUND) return;
    }
  }

  /** Everything in here may be done twice. @return how many have been told; one that fails does not hold up others */
  private async tell(rows: OutboxDocument[]): Promise<number> {
    const ends = rows.map(row => ({ row: row as Claimed, state: row.state as EndState, error: row.state === 'sent' ? undefined : row.lastError }));
    const settled = await Promise.allSettled(ends.map(({ row, state, error }) => this.senderOf(row).settled?.(row, state, error)));
    const told = ends.filter((_end, index) => settled[index].status === 'fulfilled');
    if (told.length > 0) {
      await this.ctx.service.webhook.emit(...told.map(({ row, state, error }) => outcomeEvent(row, state, error)));
      await this.app.outboxEndings.told(told.map(({ row }) => row));
    }
    for (const outcome of settled) if (outcome.status === 'rejected') this.report(outcome.reason);
    return told.length;
  }

  /** Logs a line for each end other than success. */
  private log({ row, state, fields: { lastError } }: Result): void {
    if (state === 'ready' || state === 'sent' || !lastError) return;
    const { _id: id, kind, appid: app, cause } = row;
    const { errcode, message } = lastError;
    const said = errcode === undefined || message.includes(String(errcode)) ? message : `${errcode} ${message}`;
    this.logger.warn(ENDS[state], OUTBOX_KINDS[kind].name, id, said, upstreamFields({ errcode, errmsg: message }, { app, kind, state, cause }));
  }

  private report(error: unknown): void {
    if (!isUnavailable(error)) this.logger.error(error);
  }

  /** Takes a start back that the database did not confirm: nothing has been sent. */
  private async start(row: Claimed) {
    try {
      return await this.app.outboxStarts.do(row);
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      const { attempts } = row;
      await this.app.outboxResults.do({ row, state: 'ready', fields: { attempts, nextAt: new Date() }, untold: false, outcome: 'retry', label: '', silent: true });
      return undefined;
    }
  }

  /** @return whether the row has ended, written by this or by another process */
  private async end(result: Result): Promise<boolean> {
    await this.app.outboxResults.do({ ...result, untold: this.isToBeTold(result) });
    return result.state !== 'ready';
  }

  private isToBeTold({ row, state, fields }: Result): boolean {
    if (state === 'ready' || !OUTBOX_KINDS[row.kind].told) return false;
    return this.ctx.service.webhook.wants(outcomeType(state)) || this.senderOf(row).concerns?.(row, state, fields.lastError) === true;
  }

  private senderOf({ kind }: OutboxDocument): Sender {
    return this.ctx.service.sender[kind];
  }

  /** Tries for a while to write an outcome: without it the message becomes `unknown`. */
  private async patiently<T>(write: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await write();
      } catch (error) {
        if (!isUnavailable(error) || tries === RECORD_TRIES) throw error;
        await sleep(RECORD_PAUSE_MS);
      }
    }
  }
}

/**
 * The outcome of a row whose call a crash has interrupted: it may have arrived since that call, if not since an earlier
 * one. The interrupted call counts as a try.
 */
function inDoubt(claimed: Claimed, sender: Sender): Claimed {
  const { sendStartedAt, uncertainSince = sendStartedAt } = claimed;
  const row = sendStartedAt ? { ...claimed, ...withTry(claimed, tryOf(sendStartedAt, 'unknown', problem(INTERRUPTED))) } : claimed;
  return uncertainSince && sender.repeatableMs !== Infinity ? { ...row, uncertainSince } : row;
}

/** The result of a try, with the row's tries from now on. @param at when the call was made */
function tried(result: Result, at = new Date()): Result {
  const { row, fields, outcome } = result;
  return { ...result, fields: { ...fields, ...withTry(row, tryOf(at, outcome, fields.lastError)) } };
}

/** Whether a message that may have arrived since then can be sent again without arriving twice. */
function isRepeatable({ repeatableMs = 0 }: Sender, since: Date): boolean {
  return Date.now() - since.getTime() < repeatableMs;
}

/** @param begun when the call was made; undefined when it was not */
function failed(sender: Sender, row: Claimed, error: UpstreamError, begun?: Date): Result {
  const { errcode, errmsg, delivery, label } = error;
  const told = problem(errmsg, errcode, error instanceof WechatError ? error.rid : undefined);
  const nobodyKnows = begun !== undefined && delivery === 'unknown';
  const since = row.uncertainSince ?? begun;
  if (nobodyKnows && !isRepeatable(sender, since ?? begun)) return unknown(row, told, label);
  // The outcome of an earlier try is unknown: this refusal says nothing about it.
  if (begun && !error.retryable) return row.uncertainSince ? unknown(row, told, label) : { ...ended(row, 'failed', told), outcome: 'failed', label };
  const attempts = row.attempts + 1;
  const nextAt = sender.retryAt(attempts);
  const doubt = nobodyKnows && sender.repeatableMs !== Infinity ? { uncertainSince: since } : {};
  if (!nextAt) return row.uncertainSince || 'uncertainSince' in doubt ? unknown(row, told, label) : { ...ended(row, 'dead', told), outcome: 'failed', label };
  return { row, state: 'ready', fields: { attempts, nextAt, lastError: told, ...doubt }, untold: false, outcome: 'retry', label };
}

function unknown(row: Claimed, lastError: OutboxError, label = 'unknown'): Result {
  return { ...ended(row, 'unknown', lastError), outcome: 'unknown', label };
}

/**
 * Lets the row wait until it is released; it is also looked at again now and then. This does not count as a try.
 * @param label of the error that WeChat has answered; left out when WeChat was not asked
 */
function waiting(row: Claimed, { since, error }: Obstacle, label?: string): Result {
  const told = { label: label ?? '', silent: label === undefined };
  const end = Math.max(since.getTime(), (row.redrivenAt ?? row.createdAt).getTime()) + LONGEST_WAIT_MS;
  const now = Date.now();
  if (now >= end) return { row, state: 'dead', fields: { attempts: row.attempts, lastError: error }, untold: false, outcome: 'failed', ...told };
  const nextAt = new Date(Math.min(now + WAIT_MS * (1 + Math.random()), end));
  return { row, state: 'ready', fields: { attempts: row.attempts, nextAt, lastError: error, waits: row.appid }, untold: false, outcome: 'retry', ...told };
}

function ended(row: Claimed, state: EndState, lastError: OutboxError): Ending {
  return { row, state, fields: { lastError }, untold: false };
}

function problem(message: string, errcode?: number, rid?: string): OutboxError {
  return { ...(errcode === undefined ? {} : { errcode }), message, ...(rid === undefined ? {} : { rid }), at: new Date() };
}
