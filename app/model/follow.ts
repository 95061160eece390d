import type { Application } from 'egg';

/** Whether one openid of an official account follows it, and since when. */
export interface FollowDocument {
  /** `<official appid>:<openid>` */
  _id: string;
  appid: string;
  openid: string;
  unionid?: string;
  userId?: string;
  following: boolean;
  followedAt?: Date;
  /** The last time; kept when the person follows again. */
  unfollowedAt?: Date;
  scene?: string;
  syncedAt?: Date;
}

export default (app: Application) => {
  const { Schema } = app.mongoose;
  const schema = new Schema<FollowDocument>({
    _id: { type: String, required: true },
    appid: { type: String, required: true },
    openid: { type: String, required: true },
    unionid: String,
    userId: String,
    following: { type: Boolean, required: true },
    followedAt: Date,
    unfollowedAt: Date,
    scene: String,
    syncedAt: Date,
  }, { collection: 'follows', versionKey: false });
  schema.index({ unionid: 1, appid: 1 }, { partialFilterExpression: { unionid: { $exists: true } } });
  schema.index({ userId: 1 }, { partialFilterExpression: { userId: { $exists: true } } });
  schema.index({ openid: 1 });
  schema.index({ appid: 1, following: 1, followedAt: -1 });
  schema.index({ appid: 1, syncedAt: 1 });
  return app.mongoose.model('Follow', schema);
};
