import type { Application } from 'egg';

/** A stored rule. Console and mongosh may both write it: it counts if it fits lib/reply/rule. */
export default (app: Application) => {
  const { Schema } = app.mongoose;
  const schema = new Schema({
    _id: Schema.Types.Mixed,
    appid: String,
    order: { type: Number, required: true },
    enabled: { type: Boolean, required: true },
    when: { type: Schema.Types.Mixed, required: true },
    reply: { type: Schema.Types.Mixed, required: true },
  }, { collection: 'replyRules', versionKey: false, minimize: false });
  schema.index({ order: 1, _id: 1 });
  return app.mongoose.model('ReplyRule', schema);
};
