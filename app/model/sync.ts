import type { Application } from 'egg';
import type { SyncDocument } from '../lib/follow/syncDocument';

export default (app: Application) => {
  const { Schema } = app.mongoose;
  const schema = new Schema<SyncDocument>({
    _id: { type: String, required: true },
    state: { type: String, required: true },
    startedAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
    finishedAt: Date,
    nextOpenid: String,
    total: { type: Number, required: true },
    listed: { type: Number, required: true },
    followed: { type: Number, required: true },
    unfollowed: { type: Number, required: true },
    calls: { type: Number, required: true },
  }, { collection: 'syncs', versionKey: false });
  return app.mongoose.model('Sync', schema);
};
