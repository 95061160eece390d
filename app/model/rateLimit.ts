import type { Application } from 'egg';

/** How often a key did something in one minute, in all processes: see lib/http/rateLimiter. */
export interface RateLimitDocument {
  /** `<limit>:<key>:<minute>` */
  _id: string;
  points: number;
  expiresAt: Date;
}

export default (app: Application) => {
  const { Schema } = app.mongoose;
  const schema = new Schema<RateLimitDocument>({
    _id: { type: String, required: true },
    points: { type: Number, required: true },
    expiresAt: { type: Date, required: true },
  }, { collection: 'rateLimits', versionKey: false });
  schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
  return app.mongoose.model('RateLimit', schema);
};
