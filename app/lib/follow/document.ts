/** A document of `follows`: whether one openid of an official account follows it, and since when. */
export interface FollowDocument {
  /** `<official appid>:<openid>` */
  _id: string;
  appid: string;
  openid: string;
  unionid?: string;
  userId?: string;
  following: boolean;
  /** The last time. */
  followedAt?: Date;
  /** The last time; kept when the person follows again. */
  unfollowedAt?: Date;
  /** How the person came: the scene of the QR code, else WeChat's `subscribe_scene`. */
  scene?: string;
  syncedAt?: Date;
  /** When, by WeChat's clock, `following` became what it is: an event that is older changes nothing. */
  changedAt?: Date;
  /** Orders events of one second: the message's `order`. */
  changedOrder?: number;
  /** Present while WeChat is still to be asked about the person. */
  info?: { dueAt: Date; tries: number; lease?: string };
}
