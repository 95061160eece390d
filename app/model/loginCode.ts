import type { Application } from 'egg';
import type { Said } from '../lib/language/message';

/** What came of a code. */
export interface LoginResult {
  openid: string;
  unionid: string | null;
  userId: string;
  isNewUser: boolean;
  sessionExpiresAt: Date;
}

/** A login code that a worker has taken to WeChat, with what came of it: workers racing on one code share it. */
export interface LoginCodeDocument {
  /** sha256 of appid and code, hex */
  _id: string;
  state: 'claimed' | 'done' | 'failed';
  /** Who works on it, and until when it may. */
  lease: { id: string; until: Date };
  claimedAt: Date;
  /** Written once. A code that has it and is `claimed` is answered with it, as soon as the login has been told. */
  result?: LoginResult;
  /** `message`: what it says beyond its code, in no language yet. */
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
