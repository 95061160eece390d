import { Service } from 'egg';
import { z } from 'zod';
import { hashPassword } from '../../lib/console/password';
import { AppError } from '../../lib/errors';
import { decodeCursor, encodeCursor } from '../../lib/http/cursor';
import type { AdminDocument, Role } from '../../lib/console/administrators';

interface Page {
  limit: number;
  cursor?: string;
}

/** The accounts of the console, managed by administrators. */
export default class AdminService extends Service {
  /** Lists the accounts by name. */
  async list({ limit, cursor }: Page): Promise<{ items: AdminDocument[]; next: string | null }> {
    const after = decodeCursor(cursor, z.string().max(64));
    const found = await this.ctx.model.Admin.find(after === undefined ? {} : { _id: { $gt: after } }).sort({ _id: 1 }).limit(limit + 1).lean<AdminDocument[]>();
    const items = found.slice(0, limit);
    return { items, next: found.length > limit ? encodeCursor(items[limit - 1]._id) : null };
  }

  /**
   * Adds an account.
   * @throws {AppError} CONFLICT when the name is taken
   */
  async create(name: string, password: string, role: Role): Promise<AdminDocument> {
    if (await this.app.administrators.find(name)) throw new AppError('CONFLICT', { key: 'adminThere' });
    const passwordHash = await hashPassword(password);
    await this.record('admin.create', name, { role });
    return this.app.administrators.create(name, passwordHash, role);
  }

  /**
   * Changes a password, a role or both, and ends the sessions of that name.
   * @throws {AppError} NOT_FOUND; CONFLICT for the last administrator
   */
  async change(name: string, { password, role }: { password?: string; role?: Role }): Promise<AdminDocument> {
    const { role: former } = await this.required(name);
    // Checked before the audit log is written: a refused change is no change.
    if (former === 'admin' && role === 'agent') await this.app.administrators.requireAnother(name);
    const passwordHash = password === undefined ? undefined : await hashPassword(password);
    await this.record('admin.update', name, { ...(role ? { role } : {}), ...(password === undefined ? {} : { password: 'changed' }) });
    const changed = await this.app.administrators.change(name, { ...(role ? { role } : {}), ...(passwordHash ? { passwordHash } : {}) });
    await this.ctx.service.console.session.clear(name);
    return changed;
  }

  /**
   * Removes an account.
   * @throws {AppError} NOT_FOUND; CONFLICT for the last administrator
   */
  async remove(name: string): Promise<void> {
    const { role } = await this.required(name);
    if (role === 'admin') await this.app.administrators.requireAnother(name);
    await this.record('admin.delete', name);
    await this.app.administrators.remove(name);
    await this.ctx.service.console.session.clear(name);
  }

  private async required(name: string): Promise<AdminDocument> {
    const found = await this.app.administrators.find(name);
    if (!found) throw new AppError('NOT_FOUND', { key: 'noAdmin' });
    return found;
  }

  private async record(action: string, target: string, detail?: Record<string, unknown>): Promise<void> {
    await this.ctx.service.audit.record({ who: this.ctx.admin.name, action, target, ...(detail ? { detail } : {}) });
  }
}
