import type { Application } from 'egg';
import type { NoticeFields } from '../lib/im/noticeData';

/** An IM user: their WeChat user, the template for notices to them, and whether they were last seen online. */
export interface ImAccountDocument {
  /** IM user id */
  _id: string;
  /** Absent while IM has reported a person whom nobody has mapped. */
  appid?: string;
  openid?: string;
  templateId?: string;
  fields?: NoticeFields;
  /** By the newest State.StateChange: a hint, for a person has several devices. */
  state?: 'Online' | 'Offline';
  /** EventTime of that event. */
  stateAt?: Date;
}

export default (app: Application) => {
  const { Schema } = app.mongoose;
  const schema = new Schema<ImAccountDocument>({
    _id: { type: String, required: true },
    appid: String,
    openid: String,
    templateId: String,
    fields: { type: new Schema<NoticeFields>({ sender: String, time: String, text: String }, { _id: false }) },
    state: String,
    stateAt: Date,
  }, { collection: 'imAccounts', versionKey: false });
  schema.index({ appid: 1, openid: 1 }, { partialFilterExpression: { openid: { $exists: true } } });
  schema.index({ openid: 1 }, { partialFilterExpression: { openid: { $exists: true } } });
  schema.index({ state: 1, stateAt: -1 });
  return app.mongoose.model('ImAccount', schema);
};
