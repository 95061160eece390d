import type { Application } from 'egg';

/** The newest of the messages that a notice stands for. */
export interface LastMessage {
  at: Date;
  /** Orders messages of one instant: see lib/async/order. */
  order: number;
  sender: string;
  text: string;
}

/** The notice that waits for one person. */
export interface ImNoticeDocument {
  /** IM user id of the recipient */
  _id: string;
  /** Messages since the last notice. */
  count: number;
  last?: LastMessage;
  /** Identities of the newest messages: each is counted once. */
  seen: string[];
  /** When to check whether to send it; absent while nothing waits. */
  dueAt?: Date;
  /** Lease: owner and expiry. */
  lease?: { id: string; until: Date };
  /** The notice being queued; the same again after a crash. */
  sending?: { key: string; count: number; last: LastMessage };
  /** No other notice before this. */
  quietUntil?: Date;
  expiresAt: Date;
}

export default (app: Application) => {
  const { Schema } = app.mongoose;
  const schema = new Schema<ImNoticeDocument>({
    _id: { type: String, required: true },
    count: { type: Number, required: true },
    last: Schema.Types.Mixed,
    seen: { type: [String], required: true },
    dueAt: Date,
    lease: { type: new Schema({ id: String, until: Date }, { _id: false }) },
    sending: Schema.Types.Mixed,
    quietUntil: Date,
    expiresAt: { type: Date, required: true },
  }, { collection: 'imNotices', versionKey: false });
  schema.index({ dueAt: 1 }, { partialFilterExpression: { dueAt: { $exists: true } } });
  schema.index({ 'last.sender': 1 }, { partialFilterExpression: { 'last.sender': { $exists: true } } });
  schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
  return app.mongoose.model('ImNotice', schema);
};
