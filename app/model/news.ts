import type { Application } from 'egg';

/** A piece of news for open consoles. */
export interface NewsItem {
  type: 'conversation' | 'message' | 'outbox' | 'health';
  data: Record<string, unknown>;
}

/** The news of one process: for the open consoles of all workers; they expire soon. */
export interface NewsDocument {
  _id: string;
  /** By the database's clock, which all processes share */
  at: Date;
  items: NewsItem[];
}

/** A console that was away for longer reloads its lists */
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
