import type { Application } from 'egg';
import type { ErasureDocument } from '../lib/erasure/document';

export type { ErasureDocument } from '../lib/erasure/document';

export default (app: Application) => {
  const { Schema } = app.mongoose;
  const schema = new Schema<ErasureDocument>({
    _id: { type: String, required: true },
    state: { type: String, required: true },
    run: { type: String, required: true },
    person: { type: new Schema({ cipher: String }, { _id: false }) },
    marks: { type: [String], required: true },
    repeats: { type: [String], required: true },
    by: { type: String, required: true },
    startedAt: { type: Date, required: true },
    endedAt: Date,
    endOrder: Number,
    told: Boolean,
    counts: Schema.Types.Mixed,
    events: { type: [String], default: undefined },
    looks: Number,
    dueAt: Date,
    changedAt: { type: Date, required: true },
    expiresAt: Date,
  }, { collection: 'erasures', versionKey: false });
  schema.index({ dueAt: 1 }, { partialFilterExpression: { dueAt: { $exists: true } } });
  schema.index({ marks: 1 });
  schema.index({ changedAt: 1 });
  schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
  return app.mongoose.model('Erasure', schema);
};
