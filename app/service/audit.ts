import { randomUUID } from 'node:crypto';
import { Service } from 'egg';
import { isDuplicateKey } from '../lib/mongo/errors';
import { timePage, type TimeStore } from '../lib/mongo/timePage';
import type { AuditLogDocument } from '../model/auditLog';

/** The content of a line of the audit log. */
export type AuditEntry = Pick<AuditLogDocument, 'who' | 'action' | 'target' | 'detail'>;

/** The audit log: each line is written before the answer, and never changed. */
export default class AuditService extends Service {
  /**
   * Adds a line, which is durable when this resolves. Called before the effect, so that there is no effect without a
   * line.
   * @param id of a line that may be written again, and is stored once
   * @throws the database's error: then the effect must not happen
   */
  async record(entry: AuditEntry, id?: string): Promise<void> {
    await this.ctx.model.AuditLog.create({ _id: id ?? randomUUID(), at: new Date(), ...entry }).catch(error => {
      if (id === undefined || !isDuplicateKey(error)) throw error;
    });
  }

  /** Lists lines, the newest first: all, those of one name, those of one action, or of both. */
  async list({ who, action, limit, cursor }: { who?: string; action?: string; limit: number; cursor?: string }): Promise<{ items: AuditLogDocument[]; next: string | null }> {
    const store = this.ctx.model.AuditLog.collection as unknown as TimeStore<AuditLogDocument>;
    const filter = { ...(who === undefined ? {} : { who }), ...(action === undefined ? {} : { action }) };
    return timePage(store, { filters: [filter], field: 'at', limit, cursor });
  }
}
