/** A document of `syncs`: how far the synchronisation of an official account's followers has come. */
export interface SyncDocument {
  /** appid of the official account */
  _id: string;
  /** First everyone whom WeChat lists is brought up to date, then whoever is no longer listed is looked for. */
  state: 'listing' | 'sweeping' | 'done';
  startedAt: Date;
  updatedAt: Date;
  /** When a run last came to its end: since then events keep `follows` complete. */
  finishedAt?: Date;
  /** Where the listing goes on; null for its beginning. */
  nextOpenid: string | null;
  /** How many follow, by WeChat's word. */
  total: number;
  /** How many of them have been brought up to date. */
  listed: number;
  /** Whose status was another one, or not known. */
  followed: number;
  unfollowed: number;
  /** Calls to WeChat. */
  calls: number;
}
