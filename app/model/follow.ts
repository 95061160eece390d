import type { Application } from 'egg';
import type { FollowDocument } from '../lib/follow/document';

export type { FollowDocument } from '../lib/follow/document';

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
    changedAt: Date,
    changedOrder: Number,
    info: { type: new Schema({ dueAt: Date, tries: Number, lease: String }, { _id: false }) },
  }, { collection: 'follows', versionKey: false });
  schema.index({ unionid: 1, appid: 1 }, { partialFilterExpression: { unionid: { $exists: true } } });
  schema.index({ userId: 1 }, { partialFilterExpression: { userId: { $exists: true } } });
  schema.index({ openid: 1 });
  schema.index({ appid: 1, following: 1, followedAt: -1 });
  schema.index({ appid: 1, following: 1, syncedAt: 1 });
  schema.index({ 'info.dueAt': 1 }, { partialFilterExpression: { 'info.dueAt': { $exists: true } } });
  return app.mongoose.model('Follow', schema);
};
