import type { Application } from 'egg';

/** A note of the team about a person. */
export interface NoteDocument {
  _id: string;
  userId: string;
  at: Date;
  /** The administrator's name */
  who: string;
  text: string;
}

export default (app: Application) => {
  const { Schema } = app.mongoose;
  const schema = new Schema<NoteDocument>({
    _id: { type: String, required: true },
    userId: { type: String, required: true },
    at: { type: Date, required: true },
    who: { type: String, required: true },
    text: { type: String, required: true },
  }, { collection: 'notes', versionKey: false });
  schema.index({ userId: 1, at: -1 });
  return app.mongoose.model('Note', schema);
};
