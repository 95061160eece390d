import type { IService } from 'egg';
import type { NewEvent } from '../lib/events/event';
import type { PersonalPush, StoredPush } from '../lib/wechat/push/storedPush';
import type { WechatAppKind } from '../lib/wechat/apps';
import type { MessageDocument } from '../model/message';

/** Events of WeChat that belong together: what they change here, and what the team's backend is told about them. */
export interface EventFamily {
  /** WeChat's names of the events, letter by letter. */
  events: readonly string[];
  /** The kind of app that sends them; both kinds when left out. */
  kind?: WechatAppKind;
  /** Turns an event into state. It may be called again for the same event, with the same result. */
  apply?(message: PersonalPush<MessageDocument>, service: IService): Promise<void>;
  /** The same for events without a person: called for every event of the family, with a person or without. */
  applyToApp?(message: MessageDocument, service: IService): Promise<void>;
  /** The events out for an event. They depend on the push alone, so that the same push always gives the same events. */
  tell?(push: PersonalPush): NewEvent[];
}

/** The common fields of all events out of a push: their cause, their time and their place among the person's events. */
export function toldOf({ _id, receivedAt, order }: StoredPush): Pick<NewEvent, 'cause' | 'at' | 'order'> {
  return { cause: [_id], at: receivedAt, order };
}

/** The person whom a push concerns, and the time that WeChat gives it. */
export function whoseIs({ appid, openid, createTime }: PersonalPush): { appid: string; openid: string; createTime?: string } {
  return { appid, openid, ...(createTime ? { createTime: createTime.toISOString() } : {}) };
}
