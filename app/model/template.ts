import type { Application } from 'egg';
import type { SubscriptionTemplate } from '../lib/wechat/outgoing/subscriptionTemplate';

/**
 * Templates of subscription messages, from WeChat or entered by administrators: see
 * lib/wechat/outgoing/subscriptionTemplate for what is read.
 */
export default (app: Application) => {
  const { Schema } = app.mongoose;
  const schema = new Schema<SubscriptionTemplate>({
    _id: { type: String, required: true },
    appid: { type: String, required: true },
    title: String,
    fields: { type: Schema.Types.Mixed },
    longTerm: Boolean,
    example: String,
    syncedAt: Date,
  }, { collection: 'templates', versionKey: false });
  schema.index({ appid: 1 });
  return app.mongoose.model('Template', schema);
};
