import type { Application } from 'egg';
import type { AttemptDocument } from '../lib/console/attempts';

export default (app: Application) => {
  const { Schema } = app.mongoose;
  const schema = new Schema<AttemptDocument>({
    _id: { type: String, required: true },
    count: { type: Number, required: true },
    until: { type: Date, required: true },
  }, { collection: 'signInFailures', versionKey: false });
  schema.index({ until: 1 }, { expireAfterSeconds: 0 });
  return app.mongoose.model('SignInFailure', schema);
};
