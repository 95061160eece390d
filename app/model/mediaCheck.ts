import type { Application } from 'egg';

/** What WeChat's content security says of an image or a sound. */
export interface MediaCheckDocument {
  /** `<appid>:<trace_id>` */
  _id: string;
  appid: string;
  openid: string;
  url: string;
  state: 'pending' | 'pass' | 'review' | 'risky' | 'failed';
  label?: number;
  createdAt: Date;
}

export default (app: Application) => {
  const { Schema } = app.mongoose;
  const schema = new Schema<MediaCheckDocument>({
    _id: { type: String, required: true },
    appid: { type: String, required: true },
    openid: { type: String, required: true },
    url: { type: String, required: true },
    state: { type: String, required: true },
    label: Number,
    createdAt: { type: Date, required: true },
  }, { collection: 'mediaChecks', versionKey: false });
  schema.index({ openid: 1, createdAt: -1 });
  schema.index({ state: 1, createdAt: 1 });
  return app.mongoose.model('MediaCheck', schema);
};
