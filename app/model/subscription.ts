import type { Application } from 'egg';
import type { SubscriptionDocument } from '../lib/subscription/document';

export default (app: Application) => {
  const { Schema } = app.mongoose;
  const schema = new Schema<SubscriptionDocument>({
    _id: { type: String, required: true },
    appid: { type: String, required: true },
    openid: { type: String, required: true },
    templateId: { type: String, required: true },
    remaining: { type: Number, required: true },
    status: { type: String, required: true },
    updatedAt: { type: Date, required: true },
    acceptedAt: Date,
    chosenOrder: Number,
    zeroedOrder: Number,
    grants: { type: [Number], default: undefined },
    applied: { type: [String], default: undefined },
    held: { type: [new Schema({ id: String, at: Date }, { _id: false, id: false })], default: undefined },
  }, { collection: 'subscriptions', versionKey: false });
  schema.index({ appid: 1, openid: 1 });
  schema.index({ openid: 1 });
  schema.index({ templateId: 1, remaining: -1 });
  schema.index({ templateId: 1, _id: 1 });
  schema.index({ 'held.at': 1 }, { partialFilterExpression: { 'held.at': { $exists: true } } });
  return app.mongoose.model('Subscription', schema);
};
