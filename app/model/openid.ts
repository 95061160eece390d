import type { Application } from 'egg';

/** One person in one app. */
export interface OpenidDocument {
  /** `<appid>:<openid>` */
  _id: string;
  appid: string;
  openid: string;
  kind: 'miniprogram' | 'official';
  userId: string;
  unionid?: string;
  /** The login code, as the `_id` of `loginCodes`, with which a new person came. */
  newBy?: string;
  sessionKey?: { cipher: string };
  sessionKeyAt?: Date;
  createdAt: Date;
  lastSeenAt: Date;
}

export default (app: Application) => {
  const { Schema } = app.mongoose;
  const schema = new Schema<OpenidDocument>({
    _id: { type: String, required: true },
    appid: { type: String, required: true },
    openid: { type: String, required: true },
    kind: { type: String, required: true },
    userId: { type: String, required: true },
    unionid: String,
    newBy: String,
    sessionKey: { type: new Schema({ cipher: String }, { _id: false }) },
    sessionKeyAt: Date,
    createdAt: { type: Date, required: true },
    lastSeenAt: { type: Date, required: true },
  }, { collection: 'openids', versionKey: false });
  schema.index({ userId: 1 });
  schema.index({ openid: 1 });
  schema.index({ unionid: 1, appid: 1 }, { partialFilterExpression: { unionid: { $exists: true } } });
  schema.index({ appid: 1, lastSeenAt: -1 });
  return app.mongoose.model('Openid', schema);
};
