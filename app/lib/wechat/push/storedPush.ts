import type { PushRecord } from './message';

/** A push, as stored. */
export interface StoredPush {
  /** Its identity: see lib/wechat/push/identity. */
  _id: string;
  appid: string;
  /** null: it concerns nobody. */
  openid: string | null;
  type: string;
  event?: string;
  content?: string;
  payload: PushRecord;
  createTime?: Date;
  receivedAt: Date;
  /** Orders pushes that were received in one millisecond: see lib/async/order. */
  order: number;
}

/** A push that concerns a person. */
export type PersonalPush<T extends StoredPush = StoredPush> = T & { openid: string };

/** Whether a push concerns a person. */
export function concernsPerson<T extends StoredPush>(push: T): push is PersonalPush<T> {
  return push.openid !== null;
}
