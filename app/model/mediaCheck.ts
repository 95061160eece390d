import type { Application } from 'egg';

/** The check of an image or a sound by WeChat's content security. */
export interface MediaCheckDocument {
  /** `<appid>:<trace_id>` */
  _id: string;
  appid: string;
  /** The person. Absent, as is url, while the result has arrived before the answer of the call was stored */
  openid?: string;
  url?: string;
  state: 'pending' | 'pass' | 'review' | 'risky' | 'failed';
  label?: number;
  createdAt: Date;
  /** When the result arrived, or was given up */
  checkedAt?: Date;
  /** It failed because no result arrived in time: a late one counts */
  overdue?: boolean;
  /** It has ended, and its event may not be queued yet */
  untold?: boolean;
}

const KEPT_SECONDS = 180 * 86400;

export default (app: Application) => {
  const { Schema } = app.mongoose;
  const schema = new Schema<MediaCheckDocument>({
    _id: { type: String, required: true },
    appid: { type: String, required: true },
    openid: String,
    url: String,
    state: { type: String, required: true },
    label: Number,
    createdAt: { type: Date, required: true },
    checkedAt: Date,
    overdue: Boolean,
    untold: Boolean,
  }, { collection: 'mediaChecks', versionKey: false });
  schema.index({ openid: 1, createdAt: -1 });
  schema.index({ state: 1, createdAt: 1 });
  schema.index({ untold: 1, createdAt: 1 }, { partialFilterExpression: { untold: true } });
  schema.index({ createdAt: 1 }, { expireAfterSeconds: KEPT_SECONDS });
  return app.mongoose.model('MediaCheck', schema);
};
