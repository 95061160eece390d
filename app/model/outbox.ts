import type { Application } from 'egg';
import type { OutboxDocument } from '../lib/outbox/document';

export default (app: Application) => {
  const { Schema } = app.mongoose;
  const schema = new Schema<OutboxDocument>({
    _id: { type: String, required: true },
    kind: { type: String, required: true },
    appid: { type: String, required: true },
    openid: { type: String, required: true },
    message: { type: Schema.Types.Mixed, required: true },
    lane: { type: String, required: true },
    order: { type: Number, required: true },
    state: { type: String, required: true },
    nextAt: { type: Date, required: true },
    attempts: { type: Number, required: true },
    blocked: Boolean,
    waits: String,
    redrivenAt: Date,
    awaited: Boolean,
    lease: { type: new Schema({ id: String }, { _id: false }) },
    sendStartedAt: Date,
    uncertainSince: Date,
    sendId: String,
    lastError: Schema.Types.Mixed,
    cause: String,
    by: String,
    coveredUntil: Date,
    idempotencyKey: String,
    contentDigest: String,
    fallback: Schema.Types.Mixed,
    msgid: String,
    delivery: Schema.Types.Mixed,
    createdAt: { type: Date, required: true },
    sentAt: Date,
    untold: Date,
  }, { collection: 'outbox', versionKey: false });
  schema.index({ state: 1, kind: 1, nextAt: 1 });
  schema.index({ lane: 1, state: 1, order: 1 });
  schema.index({ appid: 1, openid: 1, createdAt: -1 });
  schema.index({ openid: 1, createdAt: -1 });
  schema.index({ cause: 1 }, { partialFilterExpression: { cause: { $exists: true } } });
  // Of broadcasts: what has become of their messages.
  schema.index({ cause: 1, state: 1 }, { partialFilterExpression: { cause: { $gte: 'job:', $lt: 'job;' } } });
  schema.index({ waits: 1, nextAt: 1 }, { partialFilterExpression: { waits: { $exists: true } } });
  schema.index({ untold: 1 }, { sparse: true });
  // service/retention removes old rows that were not sent: that saves an index on every row.
  schema.index({ sentAt: 1 }, { expireAfterSeconds: app.environment.retention.outboxDays * 86_400 });
  return app.mongoose.model('Outbox', schema);
};
