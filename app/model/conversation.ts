import type { Application } from 'egg';

/** The state of a conversation: one per person and app that the person has written to. */
export interface ConversationDocument {
  /** `<appid>:<openid>` */
  _id: string;
  appid: string;
  openid: string;
  userId?: string;
  lastAt: Date;
  lastText: string;
  lastFrom: 'person' | 'us';
  /** Messages of the person since the team last read them */
  unread: number;
  /** Until when customer-service messages may be sent */
  windowUntil: Date;
  /** Messages received until then are read; 1970 when none is */
  readAt?: Date;
  /** The administrator's name */
  assignee?: string;
  state: 'open' | 'closed';
}

export default (app: Application) => {
  const { Schema } = app.mongoose;
  const schema = new Schema<ConversationDocument>({
    _id: { type: String, required: true },
    appid: { type: String, required: true },
    openid: { type: String, required: true },
    userId: String,
    lastAt: { type: Date, required: true },
    lastText: { type: String, default: '' },
    lastFrom: { type: String, required: true },
    unread: { type: Number, required: true },
    windowUntil: { type: Date, required: true },
    readAt: Date,
    assignee: String,
    state: { type: String, required: true },
  }, { collection: 'conversations', versionKey: false });
  // Every person's first push pays for every index. A list of all apps merges what it finds of each, whoever is looked for is
  // found by `_id`, and a conversation that nobody has taken, or that is read, is no part of those two.
  schema.index({ appid: 1, state: 1, lastAt: -1 });
  schema.index({ assignee: 1, state: 1, lastAt: -1 }, { partialFilterExpression: { assignee: { $exists: true } } });
  schema.index({ appid: 1, lastAt: -1 }, { partialFilterExpression: { unread: { $gt: 0 } } });
  return app.mongoose.model('Conversation', schema);
};
