import type { Application } from 'egg';

/** The progress of a process in keeping conversations: where another process begins if this one dies. */
export interface KeeperDocument {
  _id: string;
  /** Everything that the process received before is written */
  since: Date;
  /** When the process wrote this */
  beat: Date;
}

export default (app: Application) => {
  const { Schema } = app.mongoose;
  const schema = new Schema<KeeperDocument>({
    _id: { type: String, required: true },
    since: { type: Date, required: true },
    beat: { type: Date, required: true },
  }, { collection: 'keepers', versionKey: false });
  schema.index({ beat: 1 });
  return app.mongoose.model('Keeper', schema);
};
