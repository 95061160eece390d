import type { Delivery } from '../../outbox/document';
import type { PushRecord } from '../push/message';

/** The outcome of a template message. */
export interface TemplateResult {
  /** WeChat's id of the message. */
  msgid: string;
  delivery: Delivery;
}

/**
 * Reads a TEMPLATESENDJOBFINISH: `Status` is `success`, `failed:user block` or `failed: system failed`.
 * @return undefined when it names no message
 * @see https://developers.weixin.qq.com/doc/service/api/notify/template/api_sendtemplatemessage
 */
export function readTemplateResult({ MsgID, MsgId, Status }: PushRecord): TemplateResult | undefined {
  const msgid = [MsgID, MsgId].find(id => typeof id === 'string' && /^\d{1,32}$/.test(id)) as string | undefined;
  if (msgid === undefined || typeof Status !== 'string') return undefined;
  if (/^\s*success\s*$/i.test(Status)) return { msgid, delivery: 'success' };
  return { msgid, delivery: /block/i.test(Status) ? 'blocked' : 'failed' };
}
