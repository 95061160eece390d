import { prepareDirectory } from './storage/directory';
import { formerOwner } from './storage/owner';
import type { Owner } from './storage/owner';
import { canBeWritten } from './storage/probe';
import { LmdbStore } from './storage/store';

/* Checks whether a directory is free: a tenth of the package, for a process that needs no more. */

/** The names of these options for the person who starts the database: messages use them. */
export interface OptionNames {
  dir: string;
  port: string;
}

/** The message is one clear line for a person: which directory or port, what is wrong, what to do. */
export class EmbeddedStartError extends Error {
  /** @param owner the id of the process that has the directory, if that is the reason */
  constructor(message: string, readonly owner?: number) {
    super(message);
  }
}

export const OPTION_NAMES: OptionNames = { dir: 'dir', port: 'port' };

/** LMDB must not be opened twice in one process. */
export const openHere = new Set<string>();

export const taken = (dir: string, { pid }: Pick<Owner, 'pid'>, names: OptionNames) => new EmbeddedStartError(`The database directory ${dir} is in use by process ${pid}: stop that process, or set ${names.dir} to another directory.`, pid);
export const reason = (error: unknown) => (error as NodeJS.ErrnoException).code ?? String(error);

/**
 * The directory's real path; the directory is made when it is missing. Throws EmbeddedStartError when it cannot be
 * written.
 */
export function directory(dir: string, names: OptionNames): string {
  try {
    return prepareDirectory(dir);
  } catch (error) {
    throw new EmbeddedStartError(`The database directory ${dir} cannot be written (${reason(error)}): give this user the right to write there, or set ${names.dir} to another directory.`);
  }
}

/** Throws EmbeddedStartError when the files are no database. */
export function openStore(dir: string, names: OptionNames): LmdbStore {
  try {
    return new LmdbStore(dir);
  } catch (error) {
    throw new EmbeddedStartError(`The database in ${dir} cannot be opened (${(error as Error).message}): restore its files from a backup, or set ${names.dir} to another directory.`);
  }
}

/** Waits until no process has the directory. Throws EmbeddedStartError when one keeps it. */
export async function awaitFree(dir: string, names: OptionNames): Promise<void> {
  if (openHere.has(dir)) throw taken(dir, process, names);
  const former = await formerOwner(dir);
  if (former.state === 'none') return;
  if (former.state === 'alive') throw taken(dir, former.owner, names);
  // The lock of a process that has ended is free; a silent process may be stopped, and still have it.
  if (former.state === 'silent' && !await canBeWritten(dir)) {
    throw new EmbeddedStartError(`The database directory ${dir} is in use by a process that is stopped in the middle of a write: continue or end that process, or set ${names.dir} to another directory.`);
  }
  former.forget();
}

/** Throws EmbeddedStartError when another process has the directory or it cannot be written. */
export async function assertDirectoryFree(dir: string, names = OPTION_NAMES): Promise<void> {
  const path = directory(dir, names);
  await awaitFree(path, names);
  await openStore(path, names).close();
}
