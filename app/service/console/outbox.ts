import { Service } from 'egg';
import { AppError } from '../../lib/errors';
import { timePage, type TimeStore } from '../../lib/mongo/timePage';
import { DROPPABLE, notSince, REDRIVABLE } from '../../lib/outbox/byHand';
import { KINDS } from '../../lib/outbox/kinds';
import type { JobHold, StepResult } from '../../lib/jobs/job';
import type { OutboxDocument, OutboxState } from '../../lib/outbox/document';
import type { JobDocument } from '../../model/job';
import type { MessageDocument } from '../../model/message';

export interface OutboxFilter {
  state?: string;
  kind?: string;
  appid?: string;
  openid?: string;
}

type Verb = 'redrive' | 'drop';

const STATES: readonly OutboxState[] = ['ready', 'leased', 'sent', 'failed', 'dead', 'unknown'];
/** Rows of one step of a job. */
const STEP = 200;
/** Beyond this many the total of a job is an estimate. */
const MOST_COUNTED = 1_000_000;

/** An app with at most so many rows counts as small. */
const FEW = 2_000;
const OF_APP = { appid: 1, openid: 1, createdAt: -1 };

const STATES_OF: Record<Verb, readonly OutboxState[]> = { redrive: REDRIVABLE, drop: DROPPABLE };

/** Outgoing messages, for people who decide about them. */
export default class ConsoleOutboxService extends Service {
  /** A page of the rows that match, read by an index for any filter. */
  async list({ limit, cursor, ...filter }: OutboxFilter & { limit: number; cursor?: string }): Promise<{ items: OutboxDocument[]; next: string | null }> {
    const store = this.app.outboxCollection as unknown as TimeStore<OutboxDocument>;
    const { state, kind, appid, openid } = filter;
    const page = { limit, cursor, projection: { fallback: 0 } };
    if (openid !== undefined) return timePage(store, { ...page, filters: [given({ openid, appid, state, kind })], field: 'createdAt' });
    if (appid !== undefined && await this.hasFew(appid)) {
      return timePage(store, { ...page, filters: [given({ appid, state, kind })], field: 'nextAt', hint: OF_APP });
    }
    return timePage(store, { ...page, filters: [{ state: { $in: state === undefined ? STATES : [state] }, kind: { $in: kind === undefined ? KINDS : [kind] }, ...given({ appid }) }], field: 'nextAt' });
  }

  /** A row with the push that caused it, as long as that is kept. @throws {AppError} NOT_FOUND */
  async show(id: string): Promise<{ row: OutboxDocument; cause: MessageDocument | null }> {
    const row = await this.ctx.service.outbox.find(id);
    const cause = row.cause === undefined ? null : await this.ctx.model.Message.findById(row.cause).lean<MessageDocument>();
    return { row, cause };
  }

  /** Sends a message again. @throws {AppError} NOT_FOUND; CONFLICT when it is in another state */
  async redrive(id: string): Promise<OutboxDocument> {
    const { state, openid } = await this.ctx.service.outbox.find(id);
    if (!REDRIVABLE.includes(state)) throw new AppError('CONFLICT', { key: 'notRedrivable', params: { state } });
    await this.record('outbox.redrive', id, { openid });
    return this.ctx.service.outbox.redrive(id);
  }

  /**
   * Ends a message that must not be sent.
   * @throws {AppError} NOT_FOUND; CONFLICT when it has been sent, or may be at the moment
   */
  async drop(id: string): Promise<OutboxDocument> {
    const { openid } = await this.ctx.service.outbox.find(id);
    await this.record('outbox.drop', id, { openid });
    const dropped = await this.app.outboxByHand.drop([id], this.ctx.admin.name);
    const row = await this.ctx.service.outbox.find(id);
    if (dropped === 0) throw new AppError('CONFLICT', { key: 'notDroppable', params: { state: row.state } });
    return row;
  }

  /** Begins a job that redrives or drops all rows that match. */
  async begin(verb: Verb, filter: OutboxFilter): Promise<JobDocument> {
    const total = await this.count(filter, STATES_OF[verb]);
    const { openid, ...rest } = filter;
    // An openid stands where it goes with its person: in `openids`, and in the audit log in `detail.openid`.
    await this.record(`outbox.${verb}`, '*', { filter: rest, ...(openid === undefined ? {} : { openid }), total });
    const input = { filter: rest, ...(openid === undefined ? {} : { personal: true, openids: [openid] }) };
    return this.ctx.service.job.start({ kind: `outbox.${verb}`, input, total, createdBy: this.ctx.admin.name });
  }

  /**
   * A step of such a job: some rows of one state and kind, the longest due first. Rows that fail again meanwhile come
   * later, and are left alone: see redrivenAt.
   */
  async step({ kind, input, createdBy, createdAt, cursor }: JobDocument, hold: JobHold): Promise<StepResult> {
    const verb: Verb = kind === 'outbox.drop' ? 'drop' : 'redrive';
    const filter = input.filter as OutboxFilter;
    const parts = combinations(filter, STATES_OF[verb]);
    const { part, from } = cursor as { part: number; from?: Date } | undefined ?? { part: 0, from: undefined };
    const [openid] = input.openids as string[] | undefined ?? [];
    if (part >= parts.length || (input.personal === true && openid === undefined)) return { done: 0, failed: 0, cursor: null };
    const { appid } = filter;
    const found = await this.app.outboxCollection.find(
      { ...parts[part], ...given({ appid, openid }), ...(from ? { nextAt: { $gte: from } } : {}), ...(verb === 'redrive' ? notSince(createdAt) : {}) },
      { projection: { nextAt: 1, kind: 1 }, sort: { nextAt: 1 }, limit: STEP },
    ).toArray();
    const ids = found.map(({ _id }) => _id);
    hold.check();
    const done = ids.length === 0 ? 0 : verb === 'drop' ? await this.app.outboxByHand.drop(ids, createdBy) : await this.app.outboxByHand.redrive(ids, createdAt);
    if (verb === 'redrive' && done > 0) for (const each of new Set(found.map(row => row.kind))) this.ctx.service.outbox.loopOf(each).wake();
    const next = found.length < STEP ? { part: part + 1 } : { part, from: found[found.length - 1].nextAt };
    return { done, failed: 0, cursor: next.part >= parts.length ? null : next };
  }

  /** Rows of an app with many rows are found soon in any index; those of a small app are found by the app. */
  private async hasFew(appid: string): Promise<boolean> {
    const found = await this.app.outboxCollection.find({ appid }, { projection: { _id: 1 }, limit: FEW + 1, hint: OF_APP }).toArray();
    return found.length <= FEW;
  }

  private async count({ appid, openid, ...filter }: OutboxFilter, states: readonly OutboxState[]): Promise<number> {
    const counts = await Promise.all(combinations(filter, states).map(part => (
      this.ctx.model.Outbox.countDocuments({ ...part, ...given({ appid, openid }) }).limit(MOST_COUNTED)
    )));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  private async record(action: string, target: string, detail?: Record<string, unknown>): Promise<void> {
    await this.ctx.service.audit.record({ who: this.ctx.admin.name, action, target, ...(detail ? { detail } : {}) });
  }
}

/** One filter per state and kind, as the index `{state, kind, nextAt}` has them. */
function combinations({ state, kind }: OutboxFilter, states: readonly OutboxState[]): Array<{ state: string; kind: string }> {
  const wanted = state === undefined ? states : states.filter(each => each === state);
  return wanted.flatMap(each => (kind === undefined ? KINDS : [kind]).map(one => ({ state: each, kind: one })));
}

function given(filter: OutboxFilter): OutboxFilter {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}
