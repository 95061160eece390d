import type { Application } from 'egg';

/** Something that open consoles are told. */
export interface NewsItem {
  type: 'conversation' | 'message' | 'outbox' | 'health';
  data: Record<string, unknown>;
}

/** What one process has told at once: for the open consoles of all workers, and then gone. */
export interface NewsDocument {
  _id: string;
  /** By the database's clock, which all share */
  at: Date;
  items: NewsItem[];
}

/** A console that was away for longer looks anew. */
export const NEWS_KEPT_SECONDS = 600;

export default (app: Application) => {
  const { Schema } = app.mongoose;
  const schema = new Schema<NewsDocument>({
    _id: { type: String, required: true },
    at: { type: Date, required: true },
    items: { type: [Schema.Types.Mixed] as never, required: true },
  }, { collection: 'news', versionKey: false });
  schema.index({ at: 1 }, { expireAfterSeconds: NEWS_KEPT_SECONDS });
  return app.mongoose.model('News', schema);
};
