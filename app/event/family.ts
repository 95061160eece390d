import type { IService } from 'egg';
import type { NewEvent } from '../lib/events/event';
import type { PersonalPush, StoredPush } from '../lib/wechat/push/storedPush';
import type { WechatAppKind } from '../lib/wechat/apps';
import type { MessageDocument } from '../model/message';

/** Events of WeChat that belong together: what they change here, and what the team's backend is told of them. */
export interface EventFamily {
  /** WeChat's names of the events, letter by letter. */
  events: readonly string[];
  /** Which apps send them; both kinds when left out. */
  kind?: WechatAppKind;
  /** Turns an event into state. It may be called again for the same event: doing it twice is doing it once. */
  apply?(message: PersonalPush<MessageDocument>, service: IService): Promise<void>;
  /** The same for an event that need not name a person: called whether it does or not. */
  applyToApp?(message: MessageDocument, service: IService): Promise<void>;
  /** What is told of an event. It looks at nothing else, so that the same event is always told alike. */
  tell?(push: PersonalPush): NewEvent[];
}

/** What everything told of a push has in common: its cause, its time and its place among the person's events. */
export function toldOf({ _id, receivedAt, order }: StoredPush): Pick<NewEvent, 'cause' | 'at' | 'order'> {
  return { cause: [_id], at: receivedAt, order };
}

/** Whom a push concerns, and when WeChat says that it was made. */
export function whoseIs({ appid, openid, createTime }: PersonalPush): { appid: string; openid: string; createTime?: string } {
  return { appid, openid, ...(createTime ? { createTime: createTime.toISOString() } : {}) };
}
