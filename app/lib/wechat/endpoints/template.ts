import type { Deadline } from '../../async/deadline';
import type { WechatClient } from '../client';
import { records, text } from './answer';

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

/** A template of template messages, as WeChat lists it. */
export interface PrivateTemplate {
  templateId: string;
  title: string;
  /** Lines such as `订单号:{{keyword1.DATA}}`. */
  content: string;
  example: string;
}

/**
 * The templates of an official account's template messages.
 * @throws {WechatError} 48001 not for this account
 * @see https://developers.weixin.qq.com/doc/service/api/notify/template/api_getalltemplates
 */
export async function listPrivateTemplates(client: WechatClient, accessToken: string): Promise<PrivateTemplate[]> {
  const { template_list: list } = await client.get('/cgi-bin/template/get_all_private_template', { access_token: accessToken });
  return records(list).map(({ template_id: templateId, title, content, example }) => ({ templateId: text(templateId), title: text(title), content: text(content), example: text(example) }))
    .filter(({ templateId }) => templateId !== '');
}

/**
 * Removes a template of template messages.
 * @throws {WechatError} 40037 there is none of this id
 * @see https://developers.weixin.qq.com/doc/service/api/notify/template/api_deletetemplate
 */
export async function deletePrivateTemplate(client: WechatClient, accessToken: string, templateId: string): Promise<void> {
  await client.post('/cgi-bin/template/del_private_template', { query: { access_token: accessToken }, json: { template_id: templateId } });
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
