import type { Application } from 'egg';

export type JobState = 'running' | 'paused' | 'stopped' | 'done' | 'failed';

/** Long work that a person has started: done in steps, by one process at a time, and continued after a crash. */
export interface JobDocument {
  _id: string;
  kind: string;
  state: JobState;
  /** How many items there are to do, as counted before the work began */
  total: number;
  done: number;
  failed: number;
  createdBy: string;
  createdAt: Date;
  /** The input of the work, by its kind */
  input: Record<string, unknown>;
  /** Where the next step begins; absent at the beginning */
  cursor?: unknown;
  /** Failures by reason */
  errors?: Record<string, number>;
  /** How often in a row its present step has failed for a temporary reason */
  tries?: number;
  /** Why a step failed last, in words */
  lastError?: string;
  /** Lease: owner and expiry; after a temporary failure, when to try again */
  lease?: { id: string; until: Date };
  /** When it ended, in whatever state */
  endedAt?: Date;
}

const KEPT_SECONDS = 180 * 24 * 3600;

export default (app: Application) => {
  const { Schema } = app.mongoose;
  const schema = new Schema<JobDocument>({
    _id: { type: String, required: true },
    kind: { type: String, required: true },
    state: { type: String, required: true },
    total: { type: Number, required: true },
    done: { type: Number, required: true },
    failed: { type: Number, required: true },
    createdBy: { type: String, required: true },
    createdAt: { type: Date, required: true },
    input: { type: Schema.Types.Mixed, required: true },
    cursor: Schema.Types.Mixed,
    errors: Schema.Types.Mixed,
    tries: Number,
    lastError: String,
    lease: { type: new Schema({ id: String, until: Date }, { _id: false }) },
    endedAt: Date,
  }, { collection: 'jobs', versionKey: false, minimize: false, suppressReservedKeysWarning: true });
  schema.index({ state: 1, createdAt: 1 });
  schema.index({ kind: 1, createdAt: -1 });
  schema.index({ endedAt: 1 }, { expireAfterSeconds: KEPT_SECONDS });
  schema.index({ 'input.openids': 1 }, { partialFilterExpression: { 'input.openids': { $exists: true } } });
  return app.mongoose.model('Job', schema);
};
