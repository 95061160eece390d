import type { Application } from 'egg';

/** How often somebody has done something in one minute, by all processes: see lib/rateLimiter. */
export interface RateLimitDocument {
  /** `<what>:<who>:<minute>` */
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
