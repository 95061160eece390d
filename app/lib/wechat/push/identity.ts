import { hash } from 'node:crypto';
import type { PushRecord, PushValue } from './message';
import { readPushHead } from './head';
import { NOT_XML } from './xml';

/** Keys that WeChat changes when it repeats an event. */
const CHANGES = new Set(['RetryTimes']);

/** Keys around the list of a subscribe event, in some of its forms. */
const WRAPPER = /^SubscribeMsg[A-Za-z]*Event$/;

/** How a member of a list begins. */
const ITEM = '"item":';

/** Characters that XML cannot carry, or changes, and rare ones. */
const UNUSUAL = /[^\t\n\u0020-\uD7FF\uE000-\uFFFD]/;

/** Longer texts are replaced by their hash, so that keys stay short. */
const READABLE = 96;

/**
 * The identity of a push: `<appid>:<openid>:<MsgId>` for messages; for events, which have no MsgId, the second, the
 * name and the hash of their whole content. A push with the identity of an earlier one is its repetition.
 * @param record of a push that `readPushHead` accepted; it holds the other parts
 * @see https://developers.weixin.qq.com/miniprogram/dev/framework/server-ability/message-push.html
 */
export function pushIdentity(appid: string, record: PushRecord, { openid, type, event } = readPushHead(record)): string {
  const who = `${appid}:${openid ?? ''}`;
  const { MsgId, CreateTime } = record;
  if (type !== 'event' && text(MsgId) !== '') return `${who}:${short(text(MsgId))}`;
  const name = type === 'event' ? event ?? '' : type;
  return `${who}:${short(text(CreateTime))}:${short(name)}:${hash('sha256', membersOf(record).join(), 'base64url')}`;
}

/** The whole content of a record, independent of the order of keys and of the push's format. */
function membersOf(record: PushRecord): string[] {
  const members = new Set<string>();
  collect(record, members);
  return [...members].sort();
}

function collect(record: PushRecord, members: Set<string>): void {
  for (const key of Object.keys(record)) if (!CHANGES.has(key)) add(key, record[key], members);
}

/**
 * A list counts by its members, in any order: XML repeats the element, with `item` around it or without. An empty value
 * counts as absent.
 */
function add(key: string, value: PushValue, members: Set<string>): void {
  if (typeof value === 'string') {
    const said = UNUSUAL.test(value) ? asInXml(value) : value;
    if (said !== '') members.add(`${JSON.stringify(key)}:${JSON.stringify(said)}`);
  } else if (Array.isArray(value)) {
    for (const item of value) add(key, item, members);
  } else if (WRAPPER.test(key)) {
    collect(value, members);
  } else {
    const own = membersOf(value);
    if (own.every(member => member.startsWith(ITEM))) for (const member of own) members.add(JSON.stringify(key) + member.slice(ITEM.length - 1));
    else members.add(`${JSON.stringify(key)}:{${own.join()}}`);
  }
}

function asInXml(value: string): string {
  return value.replace(/\r\n?/g, '\n').replace(NOT_XML, '');
}

function text(value: PushValue | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function short(value: string): string {
  return value.length <= READABLE ? value : hash('sha256', value);
}
