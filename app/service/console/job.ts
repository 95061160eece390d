import { Service } from 'egg';
import { timePage, type TimeStore } from '../../lib/mongo/timePage';
import type { JobDocument } from '../../model/job';

/** Jobs, for the console. */
export default class ConsoleJobService extends Service {
  /** Lists jobs of a kind, the newest first. */
  async list({ kind, limit, cursor }: { kind: string; limit: number; cursor?: string }): Promise<{ items: JobDocument[]; next: string | null }> {
    const store = this.ctx.model.Job.collection as unknown as TimeStore<JobDocument>;
    return timePage(store, { filters: [{ kind }], field: 'createdAt', limit, cursor, projection: { input: 0, cursor: 0, lease: 0 } });
  }

  /** Changes a job; `job.change` in the audit log. @throws {AppError} NOT_FOUND; INVALID_ARGUMENT when it has ended */
  async change(id: string, state: 'running' | 'paused' | 'stopped'): Promise<JobDocument> {
    const { audit, job } = this.ctx.service;
    await job.find(id);
    await audit.record({ who: this.ctx.admin.name, action: 'job.update', target: id, detail: { state } });
    return job.change(id, state);
  }
}
