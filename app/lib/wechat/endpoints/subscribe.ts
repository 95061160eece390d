import type { Deadline } from '../../async/deadline';
import type { WechatClient } from '../client';

/** A subscription message in WeChat's own words. */
export interface SubscribeMessage {
  touser: string;
  template_id: string;
  /** A page of the mini-program, with its query, without a slash in front. */
  page?: string;
  miniprogram_state?: 'developer' | 'trial' | 'formal';
  lang?: 'zh_CN' | 'en_US' | 'zh_HK' | 'zh_TW';
  data: Record<string, { value: string | number }>;
}

/**
 * Sends a subscription message; takes one grant of the person. WeChat knows no idempotency key: after an error whose
 * `delivery` is `unknown` it may have arrived.
 * @param deadline by which the call has ended; it is not made when it could take longer
 * @return the id by which subscribe_msg_sent_event reports the outcome, where WeChat gives one
 * @throws {WechatError} 43101 refused or no grant left, 43107 the ability is banned, 43108 another message to the
 *   person is under way, 45168 sensitive word, 47003 a value (errmsg names the key), 40037 template, 40003 openid,
 *   41030 page; -1 and 45011 later
 * @see
 *   https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-message-management/subscribe-message/sendMessage.html
 */
export async function sendSubscribeMessage(client: WechatClient, accessToken: string, message: SubscribeMessage, deadline: Deadline): Promise<string | undefined> {
  const { msgid } = await client.post('/cgi-bin/message/subscribe/send', { query: { access_token: accessToken }, json: message, deadline });
  return typeof msgid === 'string' || typeof msgid === 'number' ? String(msgid) : undefined;
}
