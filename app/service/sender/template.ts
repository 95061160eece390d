import { hash } from 'node:crypto';
import WechatSender from './wechat';
import { sendTemplateMessage, type TemplateMessage } from '../../lib/wechat/endpoints/template';
import { WechatError } from '../../lib/wechat/error';
import type { Deadline } from '../../lib/async/deadline';
import type { OutboxDocument, OutboxError, OutboxReceipt } from '../../lib/outbox/document';
import type { Sender } from '../../lib/outbox/sender';

const SAME_WITHIN_A_MINUTE = 40241;

/**
 * Sends template messages of official accounts: WeChat recognises a repeated one by its client_msg_id for 10 minutes.
 */
export default class TemplateSender extends WechatSender implements Sender {
  /**
   * 8 of the 10 minutes: a process may take 90 s from its last check to the end of its call, and clocks may be 20 s
   * apart.
   */
  readonly repeatableMs = 480_000;

  /** Nothing is known here beforehand. */
  async refuse(): Promise<OutboxError | null> {
    return null;
  }

  async send({ _id, appid, openid, message, uncertainSince }: OutboxDocument, deadline: Deadline): Promise<OutboxReceipt> {
    const { app } = this;
    const sent = { ...message as Omit<TemplateMessage, 'touser' | 'client_msg_id'>, touser: openid, client_msg_id: clientMsgId(_id) };
    try {
      const msgid = await app.accessTokens.with(this.wechatApp(appid), token => sendTemplateMessage(app.messageClient, token, sent, deadline));
      return msgid === undefined ? {} : { msgid };
    } catch (error) {
      // Then the earlier try has arrived.
      if (uncertainSince && error instanceof WechatError && error.errcode === SAME_WITHIN_A_MINUTE) return {};
      throw error;
    }
  }
}

/** The same for every try of a row. @return 32 hexadecimal digits */
export function clientMsgId(rowId: string): string {
  return hash('sha256', rowId).slice(0, 32);
}
