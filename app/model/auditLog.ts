import type { Application } from 'egg';

/** An action in the console or with an API key: written before the answer, never changed. */
export interface AuditLogDocument {
  _id: string;
  at: Date;
  /** An administrator's name, `api` for an API key, `person` for a person by themselves, `system` */
  who: string;
  /** `<thing>.<verb>`, such as `user.phone` */
  action: string;
  /** The `_id` of the document that was acted on */
  target: string;
  /** No secret, and of a person nothing but ids */
  detail?: Record<string, unknown>;
}

const KEPT_SECONDS = 2 * 365 * 24 * 3600;

export default (app: Application) => {
  const { Schema } = app.mongoose;
  const schema = new Schema<AuditLogDocument>({
    _id: { type: String, required: true },
    at: { type: Date, required: true },
    who: { type: String, required: true },
    action: { type: String, required: true },
    target: { type: String, required: true },
    detail: Schema.Types.Mixed,
  }, { collection: 'auditLog', versionKey: false });
  schema.index({ at: 1 }, { expireAfterSeconds: KEPT_SECONDS });
  schema.index({ who: 1, at: -1 });
  schema.index({ action: 1, at: -1 });
  schema.index({ who: 1, action: 1, at: -1 });
  schema.index({ target: 1, at: -1 });
  schema.index({ 'detail.openid': 1 }, { partialFilterExpression: { 'detail.openid': { $exists: true } } });
  return app.mongoose.model('AuditLog', schema);
};
