import type { Application } from 'egg';
import type { StoredAppDocument } from '../lib/wechat/storedApps';

/** Apps that were added in the console. */
export default (app: Application) => {
  const { Schema } = app.mongoose;
  const cipher = new Schema({ cipher: { type: String, required: true } }, { _id: false });
  const schema = new Schema<StoredAppDocument>({
    _id: { type: String, required: true },
    kind: { type: String, required: true },
    name: { type: String, required: true },
    secret: { type: cipher, required: true },
    token: { type: cipher, required: true },
    aesKey: cipher,
    pushMode: { type: String, required: true },
    version: { type: String, required: true },
    createdAt: { type: Date, required: true },
  }, { collection: 'apps', versionKey: false });
  return app.mongoose.model('WechatApp', schema);
};
