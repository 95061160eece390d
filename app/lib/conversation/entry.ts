import { coveredUntil } from '../wechat/outgoing/customWindow';
import type { WechatAppKind } from '../wechat/apps';
import { kindsOf } from '../outbox/kinds';
import type { OutboxDocument } from '../outbox/document';
import { readAnswer, saidByPerson, saidByUs, saidInAnswer } from './said';

/** A push, as far as a conversation is concerned. */
export interface Heard {
  _id: string;
  appid: string;
  openid: string;
  type: string;
  event?: string;
  content?: string;
  answer?: string;
  receivedAt: Date;
  order: number;
}

/** A message in either direction. The later one is the last; at the same time, ours is. */
export interface Said {
  at: number;
  order: number;
  from: 'person' | 'us';
  text: string;
}

/** The changes of a conversation since it was last written. */
export interface Entry {
  appid: string;
  openid: string;
  /** Number of the person's messages */
  count: number;
  /** Times, in milliseconds since 1970: of the first message in either direction, and of the person's first */
  first: number;
  firstOfPerson: number;
  /** The same for the last messages */
  lastOfPerson: number;
  /** An entry came that is not later than the one before: it may be the same one, so the numbers cannot be added up */
  unsure: boolean;
  last?: Said;
  /** Until when the person's actions allow us to write, in milliseconds since 1970; 0: they do not */
  windowUntil: number;
}

/** Kinds of messages to people; the other kinds of the outbox are events out. */
export const TO_PEOPLE = kindsOf('wechat');

/** An entry without any changes. */
export function emptyEntry(appid: string, openid: string): Entry {
  return { appid, openid, count: 0, first: Infinity, firstOfPerson: Infinity, lastOfPerson: -Infinity, unsure: false, windowUntil: 0 };
}

/** Adds a push to an entry. @return whether it concerns the conversation */
export function hear(entry: Entry, push: Heard, kind: WechatAppKind): boolean {
  const at = push.receivedAt.getTime();
  const covered = coveredUntil(kind, push)?.getTime() ?? 0;
  if (covered > entry.windowUntil) entry.windowUntil = covered;
  if (push.type !== 'event') {
    entry.count++;
    if (at <= entry.lastOfPerson) entry.unsure = true;
    entry.firstOfPerson = Math.min(entry.firstOfPerson, at);
    entry.lastOfPerson = Math.max(entry.lastOfPerson, at);
    say(entry, { at, order: push.order, from: 'person', text: saidByPerson(push) });
  }
  const answer = push.answer === undefined ? undefined : readAnswer(push.answer);
  if (answer) say(entry, { at, order: push.order, from: 'us', text: saidInAnswer(answer) });
  return covered > 0 || entry.last !== undefined;
}

/** Adds a message of ours to an entry. */
export function send(entry: Entry, row: Pick<OutboxDocument, 'createdAt' | 'order' | 'kind' | 'message'>): void {
  say(entry, { at: row.createdAt.getTime(), order: row.order, from: 'us', text: saidByUs(row) });
}

/** Adds a later entry of the same conversation. */
export function merge(entry: Entry, later: Entry): void {
  entry.count += later.count;
  entry.unsure ||= later.unsure || later.firstOfPerson <= entry.lastOfPerson;
  entry.lastOfPerson = Math.max(entry.lastOfPerson, later.lastOfPerson);
  entry.first = Math.min(entry.first, later.first);
  entry.firstOfPerson = Math.min(entry.firstOfPerson, later.firstOfPerson);
  entry.windowUntil = Math.max(entry.windowUntil, later.windowUntil);
  if (later.last && isLater(later.last, entry.last)) entry.last = later.last;
}

/** The later of two messages. */
export function isLater(said: Said, than: Said | undefined): boolean {
  if (!than || said.at !== than.at) return !than || said.at > than.at;
  if (said.from !== than.from) return said.from === 'us';
  return said.order >= than.order;
}

function say(entry: Entry, said: Said): void {
  if (said.at < entry.first) entry.first = said.at;
  if (isLater(said, entry.last)) entry.last = said;
}
