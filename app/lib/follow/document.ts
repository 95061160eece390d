/** A document of `follows`: whether one openid of an official account follows it, and since when. */
export interface FollowDocument {
  /** `<official appid>:<openid>` */
  _id: string;
  appid: string;
  openid: string;
  unionid?: string;
  userId?: string;
  following: boolean;
  /** The last time that the person began to follow. */
  followedAt?: Date;
  /** The last time that the person stopped; kept when they follow again. */
  unfollowedAt?: Date;
  /** How the person came: the scene of the QR code, else WeChat's `subscribe_scene`. */
  scene?: string;
  syncedAt?: Date;
  /** When, by WeChat's clock, `following` last changed: an older event changes nothing. */
  changedAt?: Date;
  /** Orders events of one second: the message's `order`. */
  changedOrder?: number;
  /** Present until WeChat has been asked about the person. */
  info?: { dueAt: Date; tries: number; lease?: string };
}
