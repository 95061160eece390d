import type { Application } from 'egg';
import type { StoredPush } from '../lib/wechat/push/storedPush';
import type { SubscribeContent } from '../lib/wechat/outgoing/subscribeContent';

/** Every accepted push. */
export interface MessageDocument extends StoredPush {
  state: 'received' | 'handled' | 'dead';
  handledAt?: Date;
  duplicates: number;
  /** The arrivals of the push that the document was made of: one that comes out of the spool again is no repetition. */
  arrival?: string;
  /** The latest arrivals that were counted as repetitions. */
  repetitions?: string[];
  /** The body of the answer if it was more than `success`: a repetition gets the same. */
  answer?: string;
  /**
   * What to do after the answer, decided when it was received: a customer-service message to send. Unplanned: the rules
   * could not be read.
   */
  effects?: { reply?: Record<string, unknown>; fallback?: SubscribeContent; unplanned?: boolean };
  /** How often handling it has failed. */
  handleTries?: number;
  /** When it last failed. */
  triedAt?: Date;
}

export default (app: Application) => {
  const { Schema } = app.mongoose;
  // PushRecord nests without end, which Mongoose's type inference cannot follow.
  const schema = new Schema<Omit<MessageDocument, 'payload'> & { payload: unknown }>({
    _id: { type: String, required: true },
    appid: { type: String, required: true },
    openid: { type: String, default: null },
    type: { type: String, required: true },
    event: String,
    content: String,
    payload: { type: Schema.Types.Mixed, required: true },
    createTime: Date,
    receivedAt: { type: Date, required: true },
    order: { type: Number, required: true },
    state: { type: String, required: true },
    handledAt: Date,
    duplicates: { type: Number, required: true },
    arrival: String,
    // Mongoose would give every message an empty list.
    repetitions: { type: [String], default: undefined },
    answer: String,
    effects: Schema.Types.Mixed,
    handleTries: Number,
    triedAt: Date,
  }, { collection: 'messages', versionKey: false });
  // Every push pays for every index: the pushes of one openid are found without the appid, because an openid belongs to
  // one app, and waiting or laid-aside ones have partial indexes, which do not hold pushes that are merely stored.
  schema.index({ openid: 1, receivedAt: -1 });
  schema.index({ appid: 1, receivedAt: -1 });
  schema.index({ state: 1, order: 1 }, { partialFilterExpression: { state: 'received' } });
  schema.index({ state: 1, openid: 1, order: 1 }, { partialFilterExpression: { state: 'received' } });
  schema.index({ receivedAt: -1 }, { partialFilterExpression: { state: 'dead' } });
  schema.index({ receivedAt: 1 }, { expireAfterSeconds: app.environment.retention.messagesDays * 86_400 });
  return app.mongoose.model('Message', schema);
};
