import { hash } from 'node:crypto';
import type { PushRecord, PushValue } from './message';

/** Fields of an event that tell it from another one of the same second. Those of lists are found in any of their shapes. */
const IDS = new Set(['EventKey', 'MsgID', 'MsgId', 'TemplateId', 'Ticket', 'trace_id', 'SubscribeStatusString', 'ErrorCode', 'Latitude', 'Longitude', 'SessionFrom', 'KfAccount', 'card_id', 'OpenID', 'OpenPID']);

/** Longer texts are kept as their hash, so that keys stay short. */
const READABLE = 96;

/**
 * What makes a push the same as an earlier one: `<appid>:<openid>:<MsgId>` for messages; for events, which have no
 * MsgId, the second, the name and the ids in them.
 * @see https://developers.weixin.qq.com/miniprogram/dev/framework/server-ability/message-push.html
 */
export function pushIdentity(appid: string, record: PushRecord): string {
  const { FromUserName, MsgType, MsgId, CreateTime, Event } = record;
  const who = `${appid}:${text(FromUserName)}`;
  if (MsgType !== 'event' && text(MsgId) !== '') return `${who}:${short(text(MsgId))}`;
  const ids = new Set<string>();
  if (MsgType === 'event') collectIds(record, ids);
  else ids.add(JSON.stringify(record));
  const name = MsgType === 'event' ? text(Event) : text(MsgType);
  return `${who}:${short(text(CreateTime))}:${short(name)}:${short([...ids].sort().join(';'))}`;
}

/** One text for each record that holds ids: what wraps it, and how often it is repeated, makes no other event of it. */
function collectIds(value: PushValue, ids: Set<string>): void {
  if (typeof value === 'string') return;
  const own: string[] = [];
  for (const [key, child] of Object.entries(value)) {
    if (typeof child !== 'string') collectIds(child, ids);
    else if (child !== '' && IDS.has(key)) own.push(`${key}=${child}`);
  }
  if (own.length > 0) ids.add(own.sort().join('&'));
}

function text(value: PushValue | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function short(value: string): string {
  return value.length <= READABLE ? value : hash('sha256', value);
}
