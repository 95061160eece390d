import type { Application } from 'egg';

/** The payload of a QR code's short scene. */
export interface SceneDocument {
  /** The scene as it stands in the code: 1–32 characters */
  _id: string;
  appid: string;
  /** Any JSON of at most 4 KiB */
  payload?: unknown;
  /** The same as JSON, where not every MongoDB stores its keys: see lib/wechat/scene */
  payloadJson?: string;
  page?: string;
  createdAt: Date;
  /** When it ends and is removed */
  expiresAt?: Date;
  scans: number;
  /** The person it belongs to: it is erased with them */
  openid?: string;
}

export default (app: Application) => {
  const { Schema } = app.mongoose;
  const schema = new Schema<SceneDocument>({
    _id: { type: String, required: true },
    appid: { type: String, required: true },
    payload: Schema.Types.Mixed,
    payloadJson: String,
    page: String,
    createdAt: { type: Date, required: true },
    expiresAt: Date,
    scans: { type: Number, required: true },
    openid: String,
  }, { collection: 'scenes', versionKey: false, minimize: false });
  schema.index({ appid: 1, createdAt: -1 });
  schema.index({ openid: 1 }, { partialFilterExpression: { openid: { $exists: true } } });
  schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
  return app.mongoose.model('Scene', schema);
};
