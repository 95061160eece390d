import type { EventFamily } from './family';

/**
 * The outcome of a template message; its events out name the message, as message.sent does.
 * @see https://developers.weixin.qq.com/doc/service/api/notify/template/api_sendtemplatemessage
 */
export const templateMessage: EventFamily = {
  events: ['TEMPLATESENDJOBFINISH'],
  kind: 'official',
  apply: (message, service) => service.templateMessage.apply(message),
};
