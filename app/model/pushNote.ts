import type { Application } from 'egg';
import type { PushNoteDocument } from '../lib/wechat/push/notes';

export default (app: Application) => {
  const { Schema } = app.mongoose;
  const seen = new Schema({ at: Date, detail: String, status: Number }, { _id: false });
  const schema = new Schema<PushNoteDocument>({
    _id: { type: String, required: true },
    push: seen,
    refused: seen,
  }, { collection: 'pushNotes', versionKey: false });
  return app.mongoose.model('PushNote', schema);
};
