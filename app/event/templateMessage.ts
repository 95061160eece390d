import type { EventFamily } from './family';

/**
 * What became of a template message; told, as message.sent, of the message itself.
 * @see https://developers.weixin.qq.com/doc/service/api/notify/template/api_sendtemplatemessage
 */
export const templateMessage: EventFamily = {
  events: ['TEMPLATESENDJOBFINISH'],
  kind: 'official',
  apply: (message, service) => service.templateMessage.apply(message),
};
