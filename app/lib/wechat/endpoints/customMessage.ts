import type { Deadline } from '../../async/deadline';
import type { WechatClient } from '../client';
import type { CustomMessage } from '../outgoing/customMessageSchema';

/**
 * Sends a customer-service message. WeChat knows no idempotency key: after an error whose `delivery` is `unknown` it
 * may have arrived.
 * @param deadline by which the call has ended; it is not made when it could take longer
 * @throws {WechatError} 45015 no window is open, 45047 its messages are used up, 40003 openid, 40007 media_id, 48001 no
 *   permission, 70000 minors' protection; -1 and 45011 later
 * @see https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/kf-mgnt/kf-message/sendCustomMessage.html
 * @see https://developers.weixin.qq.com/doc/service/api/customer/message/api_sendcustommessage
 */
export async function sendCustomMessage(client: WechatClient, accessToken: string, { touser, message }: { touser: string; message: CustomMessage }, deadline: Deadline): Promise<void> {
  await client.post('/cgi-bin/message/custom/send', { query: { access_token: accessToken }, json: { ...message, touser }, deadline });
}

/**
 * Shows the person that an agent is typing, or has stopped.
 * @throws {WechatError} 45080 no contact within the last 30 s, 45081 is shown already, 40003 openid; -1 and 45011 later
 * @see https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/kf-mgnt/kf-message/setTyping.html
 */
export async function typing(client: WechatClient, accessToken: string, openid: string, on: boolean): Promise<void> {
  await client.post('/cgi-bin/message/custom/typing', {
    query: { access_token: accessToken }, json: { touser: openid, command: on ? 'Typing' : 'CancelTyping' },
  });
}
