import type { PushRecord, PushValue } from './message';
import { PushRefusedError } from './push';

/** The head of a push. */
export interface PushHead {
  /** The person whom it is from, or about; null for an event of the platform that concerns nobody. */
  openid: string | null;
  /** `MsgType`; `event` for an event that has none. */
  type: string;
  /** The name of an event, where it has one. */
  event?: string;
}

const LONGEST_OPENID = 128;
const LONGEST_TYPE = 64;

/**
 * Reads whom a push concerns, and what kind of push it is. An event of the platform is sent by the platform and names
 * the person whom it is about. FromUserName may be missing only in an event that has a name, and MsgType only where the
 * name tells the event.
 * @throws {PushRefusedError} 400 for a push that is neither a message nor an event
 * @see https://developers.weixin.qq.com/miniprogram/dev/server/event_push/platform/authorized_user_information_changes
 */
export function readPushHead(record: PushRecord): PushHead {
  const type = pushType(record);
  if (type === '') throw new PushRefusedError(400, 'the push has no proper MsgType');
  const { FromUserName } = record;
  if (type !== 'event') {
    if (!isText(FromUserName, LONGEST_OPENID)) throw withoutSender();
    return { openid: FromUserName, type };
  }
  const event = pushEvent(record);
  const openid = [record.OpenID, record.OpenId, FromUserName].find(id => isText(id, LONGEST_OPENID)) ?? null;
  if (openid === null && (event === undefined || !isMissing(FromUserName))) throw withoutSender();
  return { openid, type, ...(event === undefined ? {} : { event }) };
}

/** `MsgType`; `event` where it is missing, but an event's name is there; an empty text when it is no push. */
export function pushType(record: PushRecord): string {
  const { MsgType } = record;
  if (isText(MsgType, LONGEST_TYPE)) return MsgType;
  return isMissing(MsgType) && pushEvent(record) !== undefined ? 'event' : '';
}

/** The name of an event: `Event`, or `event_type` where there is none. */
export function pushEvent({ Event, event_type: eventType }: PushRecord): string | undefined {
  return [Event, eventType].find(name => isText(name, Infinity));
}

/** Filter of stored pushes that came from the person, and not from the platform about the person. */
export const FROM_PERSON = { 'payload.OpenID': { $in: [null, ''] }, 'payload.OpenId': { $in: [null, ''] } };

function isText(value: PushValue | undefined, longest: number): value is string {
  return typeof value === 'string' && value !== '' && value.length <= longest;
}

function isMissing(value: PushValue | undefined): boolean {
  return value === undefined || value === '';
}

function withoutSender(): PushRefusedError {
  return new PushRefusedError(400, 'the push has no proper FromUserName');
}
