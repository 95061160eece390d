import type { Deadline } from '../../async/deadline';
import type { WechatClient } from '../client';

/** A template message of an official account in WeChat's own words. */
export interface TemplateMessage {
  touser: string;
  template_id: string;
  url?: string;
  miniprogram?: { appid: string; pagepath?: string };
  data: Record<string, { value: string | number }>;
  /** WeChat accepts the same id for one person once within 10 minutes. */
  client_msg_id: string;
}

/**
 * Sends a template message.
 * @param deadline by which the call has ended; it is not made when it could take longer
 * @return the id by which TEMPLATESENDJOBFINISH reports the outcome, where WeChat gives one
 * @throws {WechatError} 40003 openid, 40036 and 40037 template, 43004 the person does not follow, 43116 the template is
 *   banned, or blocked by the person, 47003 a value; 40241 the same within 60 s, 43117 too often, -1 and 45011 later
 * @see https://developers.weixin.qq.com/doc/service/api/notify/template/api_sendtemplatemessage
 */
export async function sendTemplateMessage(client: WechatClient, accessToken: string, message: TemplateMessage, deadline: Deadline): Promise<string | undefined> {
  const { msgid } = await client.post('/cgi-bin/message/template/send', { query: { access_token: accessToken }, json: message, deadline });
  return typeof msgid === 'string' || typeof msgid === 'number' ? String(msgid) : undefined;
}
