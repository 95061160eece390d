import type { MessageCrypt } from '../wechat/push/messageCrypt';
import { buildXml, type XmlRecord } from '../wechat/push/xml';
import type { PassiveMessage } from './rule';

export interface PassiveReply {
  /** The person's openid: FromUserName of the push. */
  toUser: string;
  /** The account: ToUserName of the push. */
  fromUser: string;
  /** Unix time in seconds. */
  createTime: number;
  message: PassiveMessage;
}

/**
 * A passive reply to a push in XML.
 * @see https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Passive_user_reply_message.html
 */
export function passiveReplyXml(reply: PassiveReply): string {
  return buildXml(passiveReplyJson(reply));
}

/**
 * A passive reply to a push in JSON: the same fields, as an object to be written with JSON.stringify.
 * @see https://developers.weixin.qq.com/miniprogram/dev/framework/server-ability/message-push.html
 */
export function passiveReplyJson({ toUser, fromUser, createTime, message }: PassiveReply): XmlRecord {
  return { ToUserName: toUser, FromUserName: fromUser, CreateTime: createTime, MsgType: message.msgtype, ...content(message) };
}

function content(message: PassiveMessage): XmlRecord {
  switch (message.msgtype) {
    case 'text':
      return { Content: message.text.content };
    case 'image':
      // A message that names a file has a media_id by now.
      return { Image: { MediaId: message.image.media_id ?? '' } };
    case 'news': {
      const { articles } = message.news;
      const item = articles.map(({ title, description = '', url = '', picurl = '' }) => ({
        Title: title, Description: description, PicUrl: picurl, Url: url,
      }));
      return { ArticleCount: articles.length, Articles: { item } };
    }
    case 'transfer_customer_service': {
      const account = message.transfer_customer_service?.kf_account;
      return account === undefined ? {} : { TransInfo: { KfAccount: account } };
    }
    default:
      // Only a rule that was never validated comes here.
      throw new TypeError('a passive reply must be text, image, news or transfer_customer_service');
  }
}

export interface EncryptReplyOptions {
  crypt: MessageCrypt;
  /** The reply, in XML or JSON. */
  plain: string;
  format: 'xml' | 'json';
  /** Unix time in seconds; that of the push is fine. */
  timestamp: number;
  nonce: string;
  /** The 16 leading bytes; random unless a test needs to know them. */
  random16?: string;
}

/**
 * Encrypts and signs a passive reply as secure mode demands. `success` and the empty answer need no encryption.
 * @see https://developers.weixin.qq.com/miniprogram/dev/framework/server-ability/message-push.html
 */
export function encryptReply({ crypt, plain, format, timestamp, nonce, random16 }: EncryptReplyOptions): string {
  const Encrypt = crypt.encrypt(plain, random16);
  const reply = { Encrypt, MsgSignature: crypt.sign(String(timestamp), nonce, Encrypt), TimeStamp: timestamp, Nonce: nonce };
  return format === 'xml' ? buildXml(reply) : JSON.stringify(reply);
}
