import { Service } from 'egg';
import { openidKey } from '../lib/wechat/openidKey';
import { sleep } from '../lib/async/sleep';
import { within } from '../lib/async/within';
import { matchRule } from '../lib/reply/matcher';
import { passiveReplyJson, passiveReplyXml } from '../lib/reply/passive';
import { fillPlaceholders } from '../lib/reply/placeholders';
import type { PassiveMessage, ReplyRule } from '../lib/reply/rule';
import type { SubscribeContent } from '../lib/wechat/outgoing/subscribeContent';
import type { Push } from '../lib/wechat/push/push';
import type { PushRecord } from '../lib/wechat/push/message';
import type { WechatApp } from '../lib/wechat/apps';
import type { MessageDocument } from '../model/message';

/** The answer to a push. */
export interface ReplyPlan {
  /** The body of the answer, not yet encrypted. */
  answer?: string;
  /** A customer-service message to send afterwards. */
  custom?: { message: Record<string, unknown>; fallback?: SubscribeContent };
}

/** An answer waits no longer for a nickname, which it can do without. */
const NICKNAME_TIMEOUT_MS = 300;
/** Nor for an image that WeChat does not have yet. */
const IMAGE_TIMEOUT_MS = 1_500;

/** Chooses the answer to a push, from memory. */
export default class ReplyService extends Service {
  /**
   * The plan of the first rule that fits; empty when none does, or nobody can be answered.
   * @param openid of the person whom the push concerns
   */
  async plan(wechatApp: WechatApp, push: Push, openid: string | null): Promise<ReplyPlan> {
    if (openid === null) return {};
    const rule = matchRule(this.app.rules.rules, { appid: wechatApp.appid, record: push.record });
    if (!rule) return {};
    // An answer to an event of the platform does not reach the person whom it is about.
    if (rule.reply.via === 'passive' && push.record.FromUserName !== openid) return {};
    const { message, fallback } = await this.fill(wechatApp, openid, push.record, rule);
    if (rule.reply.via === 'passive' && answersPassively(wechatApp, rule)) {
      const ready = await this.withImage(wechatApp.appid, message as PassiveMessage);
      if (ready) return { answer: write(push, ready) };
    }
    // A mini-program has no passive replies: messages that can be sent as customer-service messages are.
    if (rule.reply.message.msgtype === 'transfer_customer_service' || rule.reply.message.msgtype === 'news') return {};
    return { custom: { message: message as Record<string, unknown>, ...(fallback ? { fallback } : {}) } };
  }

  /**
   * @return undefined when the image of the message is not at WeChat soon enough: then it follows as a customer-service
   *   message
   */
  private async withImage(appid: string, message: PassiveMessage): Promise<PassiveMessage | undefined> {
    if (message.msgtype !== 'image') return message;
    try {
      return await within(IMAGE_TIMEOUT_MS, this.ctx.service.media.fill(appid, message));
    } catch (error) {
      this.logger.warn('The image of a passive reply is not at WeChat yet: %s', (error as Error).message);
      return undefined;
    }
  }

  private async fill(wechatApp: WechatApp, openid: string, record: PushRecord, { reply }: ReplyRule): Promise<Pick<ReplyRule['reply'], 'message' | 'fallback'>> {
    const text = JSON.stringify(reply);
    if (!text.includes('{{')) return reply;
    const nickname = text.includes('{{nickname}}') ? await this.nickname(wechatApp.appid, openid) : '';
    const content = typeof record.Content === 'string' ? record.Content : '';
    return fillPlaceholders(reply, { openid, nickname, content });
  }

  private async nickname(appid: string, openid: string): Promise<string> {
    const found = (async () => {
      const { Openid, User } = this.ctx.model;
      const who = await Openid.findById(openidKey(appid, openid)).lean<{ userId: string }>();
      const user = who && await User.findById(who.userId).lean<{ profile?: { nickName?: string } }>();
      return user?.profile?.nickName ?? '';
    })();
    return Promise.race([found.catch(() => ''), sleep(NICKNAME_TIMEOUT_MS).then(() => '')]);
  }
}

/** The plan that is stored with a push, when it is a customer-service message. */
export function effectsOf({ message, fallback }: NonNullable<ReplyPlan['custom']>): NonNullable<MessageDocument['effects']> {
  return { reply: message, ...(fallback ? { fallback } : {}) };
}

function answersPassively(wechatApp: WechatApp, rule: ReplyRule): boolean {
  return wechatApp.kind === 'official' || rule.reply.message.msgtype === 'transfer_customer_service';
}

function write({ record, format }: Push, message: PassiveMessage): string {
  const reply = {
    toUser: String(record.FromUserName),
    fromUser: typeof record.ToUserName === 'string' ? record.ToUserName : '',
    createTime: Math.floor(Date.now() / 1000),
    message,
  };
  return format === 'xml' ? passiveReplyXml(reply) : JSON.stringify(passiveReplyJson(reply));
}
