import type { Application } from 'egg';

/** A memo of a person. */
export interface MemoDocument {
  _id: string;
  appid: string;
  openid: string;
  text: string;
  createdAt: Date;
}

const memo = (app: Application) => {
  const { Schema } = app.mongoose;
  const schema = new Schema<MemoDocument>({
    _id: { type: String, required: true },
    appid: { type: String, required: true },
    openid: { type: String, required: true },
    text: { type: String, required: true },
    createdAt: { type: Date, required: true },
  }, { collection: 'customMemos', versionKey: false });
  // Built at the start, as weapp-hub's own are. Each query should have one.
  schema.index({ openid: 1, createdAt: -1 });
  schema.index({ createdAt: 1 });
  return app.mongoose.model('Memo', schema);
};

declare module 'egg' {
  interface IModel {
    Memo: ReturnType<typeof memo>;
  }
}

export default memo;
