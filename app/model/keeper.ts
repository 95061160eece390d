import type { Application } from 'egg';

/** The progress of a process in keeping the console's lists: where another process begins if this one dies. */
export interface KeeperDocument {
  _id: string;
  /** Everything that the process received before is written */
  since: Date;
  /** When the process wrote this */
  beat: Date;
  /** The process died, and its conversations are up to date; its hours are counted anew once they are over */
  caughtUp: boolean;
}

export default (app: Application) => {
  const { Schema } = app.mongoose;
  const schema = new Schema<KeeperDocument>({
    _id: { type: String, required: true },
    since: { type: Date, required: true },
    beat: { type: Date, required: true },
    caughtUp: { type: Boolean, required: true },
  }, { collection: 'keepers', versionKey: false });
  schema.index({ caughtUp: 1, beat: 1 });
  return app.mongoose.model('Keeper', schema);
};
