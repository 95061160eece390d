import type { Application } from 'egg';

/** A note of a person. */
export interface NoteDocument {
  _id: string;
  appid: string;
  openid: string;
  text: string;
  createdAt: Date;
}

const note = (app: Application) => {
  const { Schema } = app.mongoose;
  const schema = new Schema<NoteDocument>({
    _id: { type: String, required: true },
    appid: { type: String, required: true },
    openid: { type: String, required: true },
    text: { type: String, required: true },
    createdAt: { type: Date, required: true },
  }, { collection: 'customNotes', versionKey: false });
  // Built at the start, as those of weapp-hub are. Each query should have one.
  schema.index({ openid: 1, createdAt: -1 });
  schema.index({ createdAt: 1 });
  return app.mongoose.model('Note', schema);
};

declare module 'egg' {
  interface IModel {
    Note: ReturnType<typeof note>;
  }
}

export default note;
