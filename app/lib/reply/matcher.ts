import type { RE2JS } from 're2js';
import type { PushRecord } from '../wechat/push/message';
import { pushEvent, pushType } from '../wechat/push/head';
import { compileRegex } from './regex';
import type { ReplyRule } from './rule';

/** Longest text that regular expressions are tried on: a longer one, of which they would see a part only, fits none. */
const MAX_SUBJECT = 16_384;

/** Joins the parts of a key. */
const SEPARATOR = '\0';

/** In a key: any value. No rule names the empty text, and messages have it for an event. */
const ANY = '';

interface CompiledRule {
  rule: ReplyRule;
  place: number;
  regex?: RE2JS;
}

/** The parts of a push that rules look at. */
interface Subject {
  texts: string[];
  eventKey: string | undefined;
}

/** Prepared rules: the enabled ones in their order, by app, type and event. */
export interface CompiledRules {
  readonly buckets: ReadonlyMap<string, readonly CompiledRule[]>;
  /** All of them in their order, disabled ones too. */
  readonly all: readonly ReplyRule[];
}

/** The condition of a rule that a push does not meet. */
export type Misfit = 'disabled' | 'appid' | 'type' | 'event' | 'eventKey' | 'text';

/**
 * Prepares rules for matchRule.
 * @param rules valid by replyRuleSchema, in any order
 * @throws {TypeError} for a regex that does not compile
 */
export function compileRules(rules: readonly ReplyRule[]): CompiledRules {
  const buckets = new Map<string, CompiledRule[]>();
  const all = inOrder(rules);
  for (const [place, rule] of all.entries()) {
    if (!rule.enabled) continue;
    const { type, event } = rule.when;
    const key = bucketKey(rule.appid ?? ANY, type ?? ANY, event?.toLowerCase() ?? ANY);
    const bucket = buckets.get(key);
    const compiled = compileRule(rule, place);
    if (bucket) bucket.push(compiled);
    else buckets.set(key, [compiled]);
  }
  return { buckets, all };
}

/** The order in which rules are tried: by `order`, then by `_id`. */
export function inOrder<T extends Pick<ReplyRule, '_id' | 'order'>>(rules: readonly T[]): T[] {
  return [...rules].sort((a, b) => a.order - b.order || compareIds(a._id, b._id));
}

/**
 * Why a rule does not answer a push; undefined when it does. It makes the same comparisons as matchRule, one rule at a
 * time.
 */
export function misfitOf(rule: ReplyRule, { appid, record }: { appid: string; record: PushRecord }): Misfit | undefined {
  const { when } = rule;
  if (!rule.enabled) return 'disabled';
  if (rule.appid !== undefined && rule.appid !== appid) return 'appid';
  const { type, event, subject } = headOf(record);
  if (when.type !== undefined && when.type !== type) return 'type';
  if (when.event !== undefined && when.event.toLowerCase() !== event) return 'event';
  if (when.eventKey !== undefined && !fitsEventKey(when.eventKey, subject.eventKey)) return 'eventKey';
  return fits(compileRule(rule, 0), subject) ? undefined : 'text';
}

/**
 * The first enabled rule, by `order` and then `_id`, that fits a push; null when none does. Types compare as WeChat
 * writes them, events without regard to case; the eventKey of `subscribe` fits with and without its prefix `qrscene_`.
 * `equals`, `contains` and `regex` look at the text of a message, and at the text that WeChat recognised in a voice
 * message.
 */
export function matchRule({ buckets }: CompiledRules, { appid, record }: { appid: string; record: PushRecord }): ReplyRule | null {
  const { type, event, subject } = headOf(record);
  let best: CompiledRule | undefined;
  for (const key of bucketKeys(appid, type, event)) best = firstFitting(buckets.get(key) ?? [], subject, best?.place) ?? best;
  return best?.rule ?? null;
}

function headOf(record: PushRecord): { type: string; event: string; subject: Subject } {
  const type = pushType(record);
  const event = type === 'event' ? (pushEvent(record) ?? '').toLowerCase() : '';
  return { type, event, subject: { texts: texts(record), eventKey: string(record.EventKey) } };
}

function firstFitting(rules: readonly CompiledRule[], subject: Subject, before = Infinity): CompiledRule | undefined {
  for (const rule of rules) {
    if (rule.place > before) return undefined;
    if (fits(rule, subject)) return rule;
  }
  return undefined;
}

/** The keys of every bucket that may hold a rule for the push; one may come twice when it has no type or event. */
function bucketKeys(appid: string, type: string, event: string): string[] {
  const keys = [bucketKey(appid, type, ANY), bucketKey(ANY, type, ANY), bucketKey(appid, ANY, ANY), bucketKey(ANY, ANY, ANY)];
  if (event !== ANY) keys.push(bucketKey(appid, type, event), bucketKey(ANY, type, event), bucketKey(appid, ANY, event), bucketKey(ANY, ANY, event));
  return keys;
}

function bucketKey(appid: string, type: string, event: string): string {
  return appid + SEPARATOR + type + SEPARATOR + event;
}

function compileRule(rule: ReplyRule, place: number): CompiledRule {
  if (rule.when.match !== 'regex') return { rule, place };
  const regex = compileRegex(rule.when.text ?? '');
  if (typeof regex === 'string') throw new TypeError(`the regex of reply rule ${rule._id} does not compile: ${regex}`);
  return { rule, place, regex };
}

function fits({ rule: { when }, regex }: CompiledRule, subject: Subject): boolean {
  if (when.eventKey !== undefined && !fitsEventKey(when.eventKey, subject.eventKey)) return false;
  const { match = 'any' } = when;
  return match === 'any' || subject.texts.some(text => fitsText(match, when.text ?? '', regex, text));
}

function fitsText(match: 'equals' | 'contains' | 'regex', wanted: string, regex: RE2JS | undefined, text: string): boolean {
  if (match === 'equals') return text === wanted;
  if (match === 'contains') return text.includes(wanted);
  return text.length <= MAX_SUBJECT && (regex?.test(text) ?? false);
}

function fitsEventKey(wanted: string, key: string | undefined): boolean {
  return key === wanted || key === `qrscene_${wanted}`;
}

function texts({ Content, Recognition }: PushRecord): string[] {
  return [Content, Recognition].filter(text => typeof text === 'string');
}

function string(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** By their characters, but those of a file by their numbers. */
function compareIds(a: string, b: string): number {
  const [left, right] = [a, b].map(id => /^file:(\d+)$/.exec(id)?.[1]);
  if (left !== undefined && right !== undefined) return Number(left) - Number(right);
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
