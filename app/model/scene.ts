import type { Application } from 'egg';

/** What stands behind the short scene of a QR code. */
export interface SceneDocument {
  /** The scene as it stands in the code: 1–32 characters */
  _id: string;
  appid: string;
  /** Any JSON of at most 4 KiB */
  payload?: unknown;
  /** The same as JSON, where not every MongoDB stores its keys: see lib/scene */
  payloadJson?: string;
  page?: string;
  createdAt: Date;
  /** When it is over and goes */
  expiresAt?: Date;
  scans: number;
  /** Whose it is: it goes with the person */
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
