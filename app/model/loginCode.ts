import type { Application } from 'egg';
import type { Said } from '../lib/language/message';

/** The result of exchanging a code. */
export interface LoginResult {
  openid: string;
  unionid: string | null;
  userId: string;
  isNewUser: boolean;
  sessionExpiresAt: Date;
}

/** A login code that a worker has taken to WeChat, with its result: workers that race on one code share it. */
export interface LoginCodeDocument {
  /** sha256 of appid and code, hex */
  _id: string;
  state: 'claimed' | 'done' | 'failed';
  /** Lease: owner and expiry. */
  lease: { id: string; until: Date };
  claimedAt: Date;
  /** Written once. A code that has it and is `claimed` is answered with it, as soon as the login's event is queued. */
  result?: LoginResult;
  /** `message`: the details beside its code, before translation. */
  error?: { code: string; message?: Said | null; data?: unknown; retryable: boolean };
  expiresAt: Date;
}

export default (app: Application) => {
  const { Schema } = app.mongoose;
  const schema = new Schema<LoginCodeDocument>({
    _id: { type: String, required: true },
    state: { type: String, required: true },
    lease: { type: new Schema({ id: String, until: Date }, { _id: false }) },
    claimedAt: { type: Date, required: true },
    result: Schema.Types.Mixed,
    error: Schema.Types.Mixed,
    expiresAt: { type: Date, required: true },
  }, { collection: 'loginCodes', versionKey: false });
  schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
  return app.mongoose.model('LoginCode', schema);
};
