import type { Application } from 'egg';

/** A process that keeps conversations: where whoever finds it dead has to begin. */
export interface KeeperDocument {
  _id: string;
  /** All that it took in before is written */
  since: Date;
  /** When it said so */
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
