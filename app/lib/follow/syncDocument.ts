/** A document of `syncs`: how far the synchronisation of an official account's followers has come. */
export interface SyncDocument {
  /** appid of the official account */
  _id: string;
  /** First everybody whom WeChat lists is brought up to date, then those who are no longer listed are looked for. */
  state: 'listing' | 'sweeping' | 'done';
  startedAt: Date;
  updatedAt: Date;
  /** When a run last came to its end: since then events keep `follows` complete. */
  finishedAt?: Date;
  /** The openid after which the listing continues; null for its beginning. */
  nextOpenid: string | null;
  /** How many follow, by WeChat's count. */
  total: number;
  /** How many of them have been brought up to date. */
  listed: number;
  /** How many had another status here, or were unknown. */
  followed: number;
  unfollowed: number;
  /** How many calls were made to WeChat. */
  calls: number;
}
