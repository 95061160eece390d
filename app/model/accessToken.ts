import type { Application } from 'egg';
import type { AccessTokenDocument } from '../lib/wechat/accessTokens';

export default (app: Application) => {
  const { Schema } = app.mongoose;
  const schema = new Schema<AccessTokenDocument>({
    _id: { type: String, required: true },
    token: { type: new Schema({ cipher: String }, { _id: false }) },
    expiresAt: Date,
    fetchedAt: Date,
    version: { type: Number, required: true },
    lease: { type: new Schema({ id: String, until: Date }, { _id: false }) },
    refused: Schema.Types.Mixed,
    forced: { type: new Schema({ at: Date, count: Number }, { _id: false }) },
  }, { collection: 'accessTokens', versionKey: false });
  return app.mongoose.model('AccessToken', schema);
};
