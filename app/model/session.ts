import type { Application } from 'egg';

/** A login. Only the client knows the token itself. */
export interface SessionDocument {
  /** sha256 of the token, hex */
  _id: string;
  userId: string;
  appid: string;
  openid: string;
  /** The unionid that WeChat named at this login, if any. */
  unionid?: string;
  createdAt: Date;
  lastSeenAt: Date;
  expiresAt: Date;
}

export default (app: Application) => {
  const { Schema } = app.mongoose;
  const schema = new Schema<SessionDocument>({
    _id: { type: String, required: true },
    userId: { type: String, required: true },
    appid: { type: String, required: true },
    openid: { type: String, required: true },
    unionid: String,
    createdAt: { type: Date, required: true },
    lastSeenAt: { type: Date, required: true },
    expiresAt: { type: Date, required: true },
  }, { collection: 'sessions', versionKey: false });
  schema.index({ userId: 1 });
  schema.index({ appid: 1, openid: 1 });
  schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
  return app.mongoose.model('Session', schema);
};
