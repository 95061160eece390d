import type { Application } from 'egg';

/** How often something happened in an hour. */
export interface CounterDocument {
  /** `<hour>:<name>:<appid>`, the hour in UTC: `2026-11-21T21:pushes:wx0123456789abcdef` */
  _id: string;
  n: number;
  /** For each process that has counted: the last group of counts that is in `n` */
  groups?: Record<string, number>;
}

export default (app: Application) => {
  const { Schema } = app.mongoose;
  const schema = new Schema<CounterDocument>({
    _id: { type: String, required: true },
    n: { type: Number, required: true },
    groups: Schema.Types.Mixed,
  }, { collection: 'counters', versionKey: false });
  return app.mongoose.model('Counter', schema);
};
