import type { Application } from 'egg';

/** A signed-in session of the console. Only the browser knows the token itself. */
export interface ConsoleSessionDocument {
  /** sha256 of the token, hex */
  _id: string;
  /** The administrator's name, and the version of their document: another version ends the session */
  name: string;
  version: string;
  createdAt: Date;
  expiresAt: Date;
}

export default (app: Application) => {
  const { Schema } = app.mongoose;
  const schema = new Schema<ConsoleSessionDocument>({
    _id: { type: String, required: true },
    name: { type: String, required: true },
    version: { type: String, required: true },
    createdAt: { type: Date, required: true },
    expiresAt: { type: Date, required: true },
  }, { collection: 'consoleSessions', versionKey: false });
  schema.index({ name: 1 });
  schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
  return app.mongoose.model('ConsoleSession', schema);
};
