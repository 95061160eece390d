import type { Application } from 'egg';
import type { AdminDocument } from '../lib/console/administrators';

export default (app: Application) => {
  const { Schema } = app.mongoose;
  const schema = new Schema<AdminDocument>({
    _id: { type: String, required: true },
    role: { type: String, required: true },
    passwordHash: { type: String, required: true },
    version: { type: String, required: true },
    createdAt: { type: Date, required: true },
    lastSignInAt: Date,
  }, { collection: 'admins', versionKey: false });
  schema.index({ role: 1, _id: 1 });
  return app.mongoose.model('Admin', schema);
};
