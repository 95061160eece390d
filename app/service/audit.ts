import { randomUUID } from 'node:crypto';
import { Service } from 'egg';
import { isDuplicateKey } from '../lib/mongo/errors';
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
}
