import { randomUUID } from 'node:crypto';
import { Service } from 'egg';
import { z } from 'zod';
import { AppError } from '../../lib/errors';
import { decodeCursor, encodeCursor } from '../../lib/http/cursor';
import { inOrder, matchRule, misfitOf, type Misfit } from '../../lib/reply/matcher';
import { fillPlaceholders } from '../../lib/reply/placeholders';
import type { ReplyRule } from '../../lib/reply/rule';
import { checkRule } from '../../lib/reply/ruleCache';
import { reordered } from '../../lib/reply/ruleOrder';

/** A stored rule, whoever wrote it. */
type StoredRule = Pick<ReplyRule, '_id' | 'order'> & Record<string, unknown>;

/** A rule as the console lists it. */
export interface ListedRule {
  rule: StoredRule;
  fixed: boolean;
  /** Why it does not count. */
  problem?: string;
}

type NewRule = Omit<ReplyRule, '_id' | 'order'> & { order?: number };
type RuleChange = Partial<Omit<ReplyRule, '_id' | 'appid'>> & { appid?: string | null };

interface Tried {
  appid: string;
  type: string;
  event?: string;
  eventKey?: string;
  text?: string;
}

/** Most stored rules that count: see the rule cache. */
const MOST_RULES = 10_000;
/** Most rules whose reason for not answering is told. */
const MOST_BEFORE = 200;

/** The reply rules, managed in the console. */
export default class ConsoleRuleService extends Service {
  /** All rules, those of REPLY_RULES_FILE too, in the order in which they are tried. */
  async all(): Promise<ListedRule[]> {
    const stored = await this.ctx.model.ReplyRule.find().sort({ order: 1, _id: 1 }).limit(MOST_RULES).lean<Array<Record<string, unknown>>>();
    const own = stored.map((document): ListedRule => {
      const rule = { ...document, _id: String(document._id), order: Number(document.order) || 0 };
      const result = checkRule({ ...document, _id: rule._id });
      return { rule, fixed: false, ...('problem' in result ? { problem: result.problem } : {}) };
    });
    const listed = [...this.app.rules.fixed.map((rule): ListedRule => ({ rule, fixed: true })), ...own];
    const places = inOrder(listed.map((item, index) => ({ _id: item.rule._id, order: item.rule.order, index })));
    return places.map(({ index }) => listed[index]);
  }

  /** A page of them. */
  async list({ limit, cursor }: { limit: number; cursor?: string }): Promise<{ items: ListedRule[]; next: string | null }> {
    const after = decodeCursor(cursor, z.strictObject({ o: z.number(), i: z.string().max(128) }));
    const all = await this.all();
    const from = after === undefined ? 0 : firstBehind(all, after);
    const items = all.slice(from, from + limit);
    const last = items.at(-1)?.rule;
    return { items, next: last && from + limit < all.length ? encodeCursor({ o: last.order, i: last._id }) : null };
  }

  /** Adds a rule; as the last one, unless it names its order. @throws {AppError} CONFLICT when there are too many */
  async create(rule: NewRule): Promise<ListedRule> {
    const all = await this.all();
    if (all.length >= MOST_RULES) throw new AppError('CONFLICT', { key: 'tooManyRules', params: { most: MOST_RULES } });
    const order = rule.order ?? Math.max(0, ...all.map(item => item.rule.order)) + 1;
    const document = { ...rule, _id: randomUUID(), order };
    await this.record('rule.create', document._id);
    await this.ctx.model.ReplyRule.create(document);
    await this.effective();
    return { rule: document, fixed: false };
  }

  /**
   * Changes a rule.
   * @throws {AppError} NOT_FOUND; FORBIDDEN for a rule of the file; INVALID_ARGUMENT when the whole rule would be
   *   invalid
   */
  async change(id: string, change: RuleChange): Promise<ListedRule> {
    const { storedId, rule } = await this.own(id);
    const { appid, ...fields } = change;
    const { appid: former, ...rest } = rule;
    const wanted = { ...rest, ...fields, _id: id, ...(appid === undefined ? { appid: former } : { appid: appid ?? undefined }) };
    if (wanted.appid === undefined) delete wanted.appid;
    const result = checkRule(wanted);
    if ('problem' in result) throw new AppError('INVALID_ARGUMENT', { key: 'ruleUnfit', params: { problem: result.problem } });
    await this.record('rule.update', id, { fields: Object.keys(change) });
    const set = { ...fields, ...(appid ? { appid } : {}) };
    const { matchedCount } = await this.ctx.model.ReplyRule.collection.updateOne({ _id: storedId }, {
      ...(Object.keys(set).length > 0 ? { $set: set } : {}), ...(appid === null ? { $unset: { appid: '' } } : {}),
    });
    if (matchedCount === 0) throw new AppError('NOT_FOUND', { key: 'noRule' });
    await this.effective();
    return { rule: wanted as StoredRule, fixed: false };
  }

  /** Removes a rule. @throws {AppError} NOT_FOUND; FORBIDDEN for a rule of the file */
  async remove(id: string): Promise<void> {
    const { storedId } = await this.own(id);
    await this.record('rule.delete', id);
    await this.ctx.model.ReplyRule.collection.deleteOne({ _id: storedId });
    await this.effective();
  }

  /** Changes the order of rules: see lib/reply/ruleOrder. @return all of them */
  async order(ids: string[]): Promise<ListedRule[]> {
    const all = await this.all();
    const orders = reordered(all.map(({ rule: { _id, order }, fixed }) => ({ _id, order, fixed })), ids);
    if (orders.size === 0) return all;
    await this.record('rule.order', '*', { changed: orders.size });
    const stored = new Map((await this.ctx.model.ReplyRule.find({}, { _id: 1 }).limit(MOST_RULES).lean<Array<{ _id: unknown }>>()).map(({ _id }) => [String(_id), _id]));
    // One command: a concurrent read may see a part of it, and all of it a moment later.
    await this.ctx.model.ReplyRule.collection.bulkWrite([...orders].flatMap(([id, order]) => (
      stored.has(id) ? [{ updateOne: { filter: { _id: stored.get(id) as never }, update: { $set: { order } } } }] : []
    )), { ordered: false });
    await this.effective();
    return this.all();
  }

  /**
   * Which rule would answer a push, by the same comparison as for real pushes.
   * @throws {AppError} NOT_FOUND of the app
   */
  async try({ appid, type, event, eventKey, text }: Tried): Promise<{ rule: ReplyRule | null; reply: ReplyRule['reply'] | null; before: Array<{ rule: ReplyRule; why: Misfit }> }> {
    this.app.wechatApps.any(appid);
    await this.app.rules.refresh();
    const { rules } = this.app.rules;
    const record = { MsgType: type, ...(event === undefined ? {} : { Event: event }), ...(eventKey === undefined ? {} : { EventKey: eventKey }), ...(text === undefined ? {} : { Content: text }) };
    const push = { appid, record };
    const rule = matchRule(rules, push);
    const before: Array<{ rule: ReplyRule; why: Misfit }> = [];
    for (const asked of rules.all) {
      if (asked === rule || before.length === MOST_BEFORE) break;
      const why = misfitOf(asked, push);
      if (why) before.push({ rule: asked, why });
    }
    const reply = rule && fillPlaceholders(rule.reply, { openid: '{{openid}}', nickname: '{{nickname}}', content: text ?? '' });
    return { rule, reply, before };
  }

  private async own(id: string): Promise<{ storedId: never; rule: Record<string, unknown> }> {
    if (this.app.rules.fixed.some(rule => rule._id === id)) throw new AppError('FORBIDDEN', { key: 'ruleReadOnly' });
    const { mongo } = this.app.mongoose;
    // A rule that was stored in mongosh without an _id has an ObjectId.
    const ids = [id, ...(/^[0-9a-f]{24}$/.test(id) ? [new mongo.ObjectId(id)] : [])];
    const rule = await this.ctx.model.ReplyRule.collection.findOne({ _id: { $in: ids as never[] } });
    if (!rule) throw new AppError('NOT_FOUND', { key: 'noRule' });
    return { storedId: rule._id as never, rule };
  }

  /** This worker uses the change at once, the others within a second. */
  private async effective(): Promise<void> {
    await this.app.rules.refresh().catch(() => undefined);
  }

  private async record(action: string, target: string, detail?: Record<string, unknown>): Promise<void> {
    await this.ctx.service.audit.record({ who: this.ctx.admin.name, action, target, ...(detail ? { detail } : {}) });
  }
}

/** Where the page after a rule begins, also when that rule has been removed. */
function firstBehind(all: readonly ListedRule[], { o, i }: { o: number; i: string }): number {
  const at = all.findIndex(({ rule }) => rule._id === i && rule.order === o);
  if (at >= 0) return at + 1;
  const behind = all.findIndex(({ rule }) => rule.order > o);
  return behind < 0 ? all.length : behind;
}
