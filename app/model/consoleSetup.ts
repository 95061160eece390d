import type { Application } from 'egg';
import type { GuardDocument } from '../lib/console/administrators';

/** A one-time link, by the hash of its token; or the guard of lib/console/administrators, which does not expire. */
export interface SetupLinkDocument {
  /** `link:<sha256 of the token, hex>` */
  _id: string;
  expiresAt: Date;
}

export default (app: Application) => {
  const { Schema } = app.mongoose;
  const schema = new Schema<SetupLinkDocument & GuardDocument>({
    _id: { type: String, required: true },
    expiresAt: Date,
    version: String,
    pending: Schema.Types.Mixed,
  }, { collection: 'consoleSetup', versionKey: false });
  schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
  return app.mongoose.model('ConsoleSetup', schema);
};
