import type { SubscriptionDocument } from '../../app/lib/subscription/document';
import type { TestApp } from './app';
import { MINI } from './environment';
import { until } from './until';

export const TEMPLATE = 'hD-ixGOhYmUfjOnI8MCzQMPshzGVeux_2zvyQu7O68';

export type Choice = 'accept' | 'reject' | 'ban';

/** One item of the list of a pop-up. */
export function choice(status: Choice, templateId = TEMPLATE): Record<string, string> {
  return { TemplateId: templateId, SubscribeStatusString: status, PopupScene: '0' };
}

/** WeChat pushes a subscribe event; the answer is `success`. */
export function pushEvent(hub: TestApp, openid: string, event: 'popup' | 'change' | 'sent', list: object, more: object = {}) {
  return hub.sandbox.post('/push', {
    format: 'json', message: { MsgType: 'event', Event: `subscribe_msg_${event}_event`, FromUserName: openid, ...list }, ...more,
  });
}

let second = Math.floor(Date.now() / 1000) - 10_000;

/** A person accepts a pop-up. Each has a second of its own: two of one second are the same event. */
export async function accept(hub: TestApp, openid: string, { templateId = TEMPLATE, times = 1 } = {}): Promise<void> {
  for (let i = 0; i < times; i++) await pushEvent(hub, openid, 'popup', { CreateTime: second++, List: [choice('accept', templateId)] });
}

export function subscription(hub: TestApp, openid: string, templateId = TEMPLATE): Promise<SubscriptionDocument | null> {
  return hub.app.model.Subscription.findById(`${MINI.appid}:${openid}:${templateId}`).lean<SubscriptionDocument>();
}

/** Waits until so many grants are left. */
export async function remaining(hub: TestApp, openid: string, count: number, templateId = TEMPLATE): Promise<void> {
  await until(async () => (await subscription(hub, openid, templateId))?.remaining, left => left === count);
}

/** Waits until every push is handled. */
export async function allHandled(hub: TestApp): Promise<void> {
  await until(() => hub.app.model.Message.countDocuments({ state: 'received' }), left => left === 0);
}
