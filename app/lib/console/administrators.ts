import { randomUUID } from 'node:crypto';
import { AppError } from '../errors';
import { isDuplicateKey } from '../mongo/errors';

export type Role = 'admin' | 'agent';

/** An administrator or agent of the console. */
export interface AdminDocument {
  /** The name */
  _id: string;
  role: Role;
  passwordHash: string;
  /** Replaced at each change: sessions with the former value end */
  version: string;
  createdAt: Date;
  lastSignInAt?: Date;
}

/** A change of the administrators that is under way: the next process that reads it completes it. */
type Pending =
  | { kind: 'create'; admin: AdminDocument }
  | { kind: 'change'; name: string; was: string; set: Partial<AdminDocument> & { version: string } }
  | { kind: 'remove'; name: string; was: string };

/** The guard: every change that could leave no administrator, or make two first ones, goes through this document. */
export interface GuardDocument {
  _id: string;
  version: string;
  pending?: Pending;
}

/** The methods that are needed of the two collections. */
export interface AdminStore {
  find(filter: object, options?: object): { toArray(): Promise<AdminDocument[]> };
  findOne(filter: object, options?: object): Promise<AdminDocument | null>;
  insertOne(document: AdminDocument): Promise<unknown>;
  updateOne(filter: object, update: object): Promise<{ matchedCount: number }>;
  deleteOne(filter: object): Promise<{ deletedCount: number }>;
}
export interface GuardStore {
  findOne(filter: object): Promise<GuardDocument | null>;
  insertOne(document: GuardDocument): Promise<unknown>;
  updateOne(filter: object, update: object): Promise<{ matchedCount: number }>;
}

const GUARD = 'administrators';
const TRIES = 50;

/**
 * The people who may sign in. Once there has been an administrator there always is one, without a transaction: a change
 * that could remove the last one is first written into the guard, if the guard is still at the version that was read
 * before the others were counted. A process that finds a change in the guard completes it before anything else, and
 * each change applies to one version of one document. A process that stood still in between therefore does nothing
 * twice and nothing late.
 */
export class Administrators {
  constructor(private readonly stores: { admins: () => AdminStore; guards: () => GuardStore }) {}

  /** Reads an administrator or agent by name. */
  async find(name: string): Promise<AdminDocument | null> {
    return this.stores.admins().findOne({ _id: name });
  }

  /** Whether there is an administrator. */
  async exist(): Promise<boolean> {
    return await this.anotherThan() !== null;
  }

  /**
   * Creates the first administrator.
   * @return undefined when there is one
   * @throws {AppError} CONFLICT when the name is an agent's
   */
  async createFirst(name: string, passwordHash: string): Promise<AdminDocument | undefined> {
    const admin: AdminDocument = { _id: name, role: 'admin', passwordHash, version: randomUUID(), createdAt: new Date() };
    const begun = await this.guarded(async () => (await this.exist() ? undefined : { kind: 'create', admin }));
    if (!begun) return undefined;
    if ((await this.find(name))?.version !== admin.version) throw new AppError('CONFLICT', { key: 'adminThere' });
    return admin;
  }

  /** @throws {AppError} CONFLICT when the name is taken */
  async create(name: string, passwordHash: string, role: Role): Promise<AdminDocument> {
    const admin: AdminDocument = { _id: name, role, passwordHash, version: randomUUID(), createdAt: new Date() };
    try {
      await this.stores.admins().insertOne(admin);
    } catch (error) {
      if (isDuplicateKey(error)) throw new AppError('CONFLICT', { key: 'adminThere' });
      throw error;
    }
    return admin;
  }

  /**
   * Changes a password, a role or both.
   * @throws {AppError} NOT_FOUND; CONFLICT when nobody else is an administrator
   */
  async change(name: string, change: Partial<Pick<AdminDocument, 'role' | 'passwordHash'>>): Promise<AdminDocument> {
    for (let tries = 0; tries < TRIES; tries++) {
      const found = await this.required(name);
      const set = { ...change, version: randomUUID() };
      const demotes = found.role === 'admin' && change.role === 'agent';
      if (!demotes) {
        const { matchedCount } = await this.stores.admins().updateOne({ _id: name, version: found.version }, { $set: set });
        if (matchedCount === 1) return { ...found, ...set };
        continue;
      }
      await this.guarded(async () => {
        await this.requireAnother(name);
        return { kind: 'change', name, was: found.version, set };
      });
      const now = await this.required(name);
      if (now.version === set.version) return now;
    }
    throw new AppError('UNAVAILABLE');
  }

  /** @throws {AppError} NOT_FOUND; CONFLICT when nobody else is an administrator */
  async remove(name: string): Promise<void> {
    for (let tries = 0; tries < TRIES; tries++) {
      const found = await this.required(name);
      await this.guarded(async () => {
        if (found.role === 'admin') await this.requireAnother(name);
        return { kind: 'remove', name, was: found.version };
      });
      if ((await this.find(name))?.version === undefined) return;
    }
    throw new AppError('UNAVAILABLE');
  }

  /** Notes a sign-in. */
  async signedIn(name: string, at: Date): Promise<void> {
    await this.stores.admins().updateOne({ _id: name }, { $set: { lastSignInAt: at } });
  }

  private async required(name: string): Promise<AdminDocument> {
    const found = await this.find(name);
    if (!found) throw new AppError('NOT_FOUND', { key: 'noAdmin' });
    return found;
  }

  /** @throws {AppError} CONFLICT when nobody else is an administrator */
  async requireAnother(name: string): Promise<void> {
    if (!await this.anotherThan(name)) throw new AppError('CONFLICT', { key: 'lastAdmin' });
  }

  private async anotherThan(name?: string): Promise<AdminDocument | null> {
    return this.stores.admins().findOne({ role: 'admin', ...(name === undefined ? {} : { _id: { $ne: name } }) }, { projection: { _id: 1 } });
  }

  /**
   * Does what `plan` returns. When another change was begun since the guard was read, it plans anew.
   * @return whether there was anything to do
   */
  private async guarded(plan: () => Promise<Pending | undefined>): Promise<boolean> {
    for (let tries = 0; tries < TRIES; tries++) {
      const seen = await this.settled();
      const pending = await plan();
      if (!pending) return false;
      const version = randomUUID();
      const { matchedCount } = await this.stores.guards().updateOne({ _id: GUARD, version: seen, pending: { $exists: false } }, { $set: { version, pending } });
      if (matchedCount === 0) continue;
      await this.complete(version, pending);
      return true;
    }
    throw new AppError('UNAVAILABLE');
  }

  /** Completes a change that another call has begun. @return the version of a guard with nothing pending */
  private async settled(): Promise<string> {
    for (let tries = 0; tries < TRIES; tries++) {
      const guard = await this.stores.guards().findOne({ _id: GUARD });
      if (guard && !guard.pending) return guard.version;
      if (guard?.pending) await this.complete(guard.version, guard.pending);
      else await this.stores.guards().insertOne({ _id: GUARD, version: randomUUID() }).catch(ignoreDuplicate);
    }
    throw new AppError('UNAVAILABLE');
  }

  private async complete(version: string, pending: Pending): Promise<void> {
    await this.apply(version, pending);
    await this.stores.guards().updateOne({ _id: GUARD, version }, { $unset: { pending: '' } });
  }

  private async apply(version: string, pending: Pending): Promise<void> {
    const admins = this.stores.admins();
    if (pending.kind === 'change') await admins.updateOne({ _id: pending.name, version: pending.was }, { $set: pending.set });
    else if (pending.kind === 'remove') await admins.deleteOne({ _id: pending.name, version: pending.was });
    else if (await admins.insertOne(pending.admin).then(() => true, ignoreDuplicate)) {
      // Another process completed it, and the entry was removed, while this one stood still.
      const guard = await this.stores.guards().findOne({ _id: GUARD });
      if (guard?.version !== version || !guard.pending) await admins.deleteOne({ _id: pending.admin._id, version: pending.admin.version });
    }
  }
}

function ignoreDuplicate(error: unknown): false {
  if (isDuplicateKey(error)) return false;
  throw error;
}
