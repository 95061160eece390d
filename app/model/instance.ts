import type { Application } from 'egg';
import type { InstanceDocument } from '../lib/mongo/instances';

export default (app: Application) => {
  const { Schema } = app.mongoose;
  const schema = new Schema<InstanceDocument>({
    _id: { type: String, required: true },
    at: { type: Date, required: true },
    mark: Date,
  }, { collection: 'instances', versionKey: false });
  return app.mongoose.model('Instance', schema);
};
