import type { NewEvent } from '../lib/events/event';
import type { WechatAppKind } from '../lib/wechat/apps';
import { concernsPerson, type StoredPush } from '../lib/wechat/push/storedPush';
import { toldOf, whoseIs, type EventFamily } from './family';
import { follow } from './follow';
import { mediaCheck } from './mediaCheck';
import { rights } from './rights';
import { subscription } from './subscription';
import { templateMessage } from './templateMessage';

/** Every family of events that changes anything. Events of no family are only stored. */
const FAMILIES: readonly EventFamily[] = [follow, mediaCheck, rights, subscription, templateMessage];

const BY_EVENT = new Map(FAMILIES.flatMap(family => family.events.map(event => [event, family] as const)));

/**
 * The family of a push; undefined for a message and for an event of no family.
 * @param kind of the app that it came from
 */
export function familyOf({ event }: Pick<StoredPush, 'event'>, kind?: WechatAppKind): EventFamily | undefined {
  const family = event === undefined ? undefined : BY_EVENT.get(event);
  return kind === undefined || family?.kind === undefined || family.kind === kind ? family : undefined;
}

/** The events out for a push. */
export function eventsOf(push: StoredPush): NewEvent[] {
  if (!concernsPerson(push)) return [];
  if (push.type === 'event') return familyOf(push)?.tell?.(push) ?? [];
  const { _id: id, type: msgType, content, payload } = push;
  return [{ ...toldOf(push), type: 'message.received', data: { ...whoseIs(push), id, msgType, ...(content === undefined ? {} : { content }), payload } }];
}
