import { randomUUID } from 'node:crypto';
import { Service } from 'egg';
import { isDuplicateKey } from '../lib/mongo/errors';
import { timePage, type TimeStore } from '../lib/mongo/timePage';
import type { AuditLogDocument } from '../model/auditLog';

/** What a line of the audit log says, as its writer knows it. */
export type AuditEntry = Pick<AuditLogDocument, 'who' | 'action' | 'target' | 'detail'>;

/** The log of who has done what: written before the answer, only ever added to. */
export default class AuditService extends Service {
  /**
   * Adds a line, durable when this ends. Called before the effect, so that there is no effect without a line.
   * @param id of a line that may be written again, and is there once
   * @throws whatever the database throws: then nothing may be done
   */
  async record(entry: AuditEntry, id?: string): Promise<void> {
    await this.ctx.model.AuditLog.create({ _id: id ?? randomUUID(), at: new Date(), ...entry }).catch(error => {
      if (id === undefined || !isDuplicateKey(error)) throw error;
    });
  }

  /** Lines, the newest first: all of them, those of one name, those of one action, or of both. */
  async list({ who, action, limit, cursor }: { who?: string; action?: string; limit: number; cursor?: string }): Promise<{ items: AuditLogDocument[]; next: string | null }> {
    const store = this.ctx.model.AuditLog.collection as unknown as TimeStore<AuditLogDocument>;
    const filter = { ...(who === undefined ? {} : { who }), ...(action === undefined ? {} : { action }) };
    return timePage(store, { filters: [filter], field: 'at', limit, cursor });
  }
}
