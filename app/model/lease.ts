import type { Application } from 'egg';
import type { LeaseDocument } from '../lib/mongo/lease';

export default (app: Application) => {
  const { Schema } = app.mongoose;
  const schema = new Schema<LeaseDocument>({
    _id: { type: String, required: true },
    holder: { type: String, required: true },
    until: { type: Date, required: true },
  }, { collection: 'leases', versionKey: false });
  return app.mongoose.model('Lease', schema);
};
