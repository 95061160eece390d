import type { PushRecord, PushValue } from './message';

/** A person's choice for a template, or the outcome of a message, as one item of an event's list. */
export interface SubscribeItem {
  templateId: string;
  /** `ban`: WeChat has banned the template. Absent when the item is about something else. */
  status?: 'accept' | 'reject' | 'ban';
  /** Of a message: its id and its outcome (0: it arrived). */
  msgid?: string;
  errcode?: number;
  errmsg?: string;
}

const TEMPLATE_ID = /^[A-Za-z0-9_-]{1,128}$/;

/**
 * The items of a subscribe_msg_popup_event, subscribe_msg_change_event or subscribe_msg_sent_event: one per template
 * and message. WeChat writes the list as an array, a single object or repeated XML nodes, each bare or inside
 * `SubscribeMsg…Event`; every object with a TemplateId is an item.
 * @see https://developers.weixin.qq.com/miniprogram/dev/framework/open-ability/subscribe-message.html
 */
export function readSubscribeItems(payload: PushRecord): SubscribeItem[] {
  const items = new Map<string, SubscribeItem>();
  collect(payload, items);
  return [...items.values()];
}

function collect(value: PushValue, items: Map<string, SubscribeItem>): void {
  if (typeof value === 'string') return;
  if (!Array.isArray(value)) {
    const item = readItem(value);
    if (item) items.set(`${item.templateId}:${item.msgid ?? ''}`, item);
  }
  for (const child of Object.values(value)) collect(child, items);
}

function readItem({ TemplateId, SubscribeStatusString, MsgID, MsgId, ErrorCode, ErrorStatus }: PushRecord): SubscribeItem | undefined {
  if (typeof TemplateId !== 'string' || !TEMPLATE_ID.test(TemplateId)) return undefined;
  const status = statusOf(SubscribeStatusString);
  const msgid = [MsgID, MsgId].find(id => typeof id === 'string' && id !== '') as string | undefined;
  return {
    templateId: TemplateId,
    ...(status ? { status } : {}),
    ...(msgid === undefined ? {} : { msgid: msgid.slice(0, 64) }),
    ...(typeof ErrorCode === 'string' && /^-?\d{1,9}$/.test(ErrorCode) ? { errcode: Number(ErrorCode) } : {}),
    ...(typeof ErrorStatus === 'string' ? { errmsg: ErrorStatus.slice(0, 300) } : {}),
  };
}

/** `accept` comes with suffixes too: acceptWithAudio, acceptWithAlert, acceptWithForcePush. */
function statusOf(status: PushValue | undefined): SubscribeItem['status'] {
  if (typeof status !== 'string') return undefined;
  if (/^accept/.test(status)) return 'accept';
  return status === 'reject' || status === 'ban' ? status : undefined;
}
