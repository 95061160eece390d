import type { Application } from 'egg';

/** A temporary file at WeChat. */
export interface MediaDocument {
  /** `<appid>:<type>:<sha256 of the bytes, hex>` */
  _id: string;
  appid: string;
  type: string;
  mediaId: string;
  createdAt: Date;
  expiresAt: Date;
}

export default (app: Application) => {
  const { Schema } = app.mongoose;
  const schema = new Schema<MediaDocument>({
    _id: { type: String, required: true },
    appid: { type: String, required: true },
    type: { type: String, required: true },
    mediaId: { type: String, required: true },
    createdAt: { type: Date, required: true },
    expiresAt: { type: Date, required: true },
  }, { collection: 'media', versionKey: false });
  schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
  return app.mongoose.model('Media', schema);
};
