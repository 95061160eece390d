import type { Account } from '../people';
import { isObject } from '../wechat/endpoint';
import { openWindow } from '../wechat/quota';
import type { SandboxApp, World } from '../world';
import type { PushMessage } from './message';

/** https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Service_Center_messages.html */
const WINDOW_EVENTS = new Set(['CLICK', 'subscribe', 'SCAN', 'scancode_push', 'scancode_waitmsg']);

/** What WeChat itself remembers of a push: windows that open, followers that come and go, grants. */
export function applyPush(world: World, app: SandboxApp, account: Account, message: PushMessage, isNew: boolean): void {
  const now = world.now();
  world.people.changed(account);
  const event = message.MsgType === 'event' ? String(message.Event ?? '') : undefined;
  // Only followers can write to an official account, so a stranger who does has followed before.
  if (app.kind === 'official' && isNew && event !== 'unsubscribe') world.people.setFollowing(account, true, now);
  if (event === undefined) {
    account.contactAt = now;
    openWindow(account.windows, app.kind, 'message', now);
    return;
  }
  if (event === 'user_enter_tempsession') openWindow(account.windows, app.kind, 'enter', now);
  if (event === 'subscribe') world.people.setFollowing(account, true, now, sceneOf(message));
  if (event === 'unsubscribe') world.people.setFollowing(account, false, now);
  if (WINDOW_EVENTS.has(event)) openWindow(account.windows, app.kind, 'event', now);
  if (event === 'subscribe_msg_popup_event' || event === 'subscribe_msg_change_event') {
    for (const item of listOf(message)) applyChoice(account, event, item);
  }
}

function applyChoice(account: Account, event: string, { TemplateId, SubscribeStatusString }: PushMessage): void {
  const templateId = String(TemplateId ?? '');
  account.grants ??= new Map();
  const grant = account.grants.get(templateId) ?? { count: 0, status: 'accept' as const };
  if (SubscribeStatusString === 'reject') {
    // Refusing one pop-up spends nothing; switching the template off in the settings takes all.
    grant.status = 'reject';
    if (event === 'subscribe_msg_change_event') grant.count = 0;
  } else {
    grant.status = 'accept';
    if (event === 'subscribe_msg_popup_event') grant.count += 1;
  }
  account.grants.set(templateId, grant);
}

/** `List` comes as an array, as one object, or wrapped in `SubscribeMsg…Event`. */
function listOf(message: PushMessage): PushMessage[] {
  const wrapped = [message.SubscribeMsgPopupEvent, message.SubscribeMsgChangeEvent].flat().filter(isObject);
  const lists = [message.List, ...wrapped.map(wrapper => wrapper.List)];
  return lists.flat().filter(isObject);
}

function sceneOf({ EventKey }: PushMessage): string {
  return typeof EventKey === 'string' && EventKey.startsWith('qrscene_') ? 'ADD_SCENE_QR_CODE' : 'ADD_SCENE_SEARCH';
}
