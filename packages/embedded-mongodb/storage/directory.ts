import { accessSync, chmodSync, constants, existsSync, mkdirSync, readdirSync, realpathSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { OWNER_FILE } from './owner';
import { COPY_DIRECTORY, DATA_FILE, LOCK_FILE } from './store';

const STICKY = 0o1000;

/**
 * Makes the directory when it is missing, and restricts it and its files to its owner. Returns its real path. Throws
 * the system's error when it cannot be written.
 */
export function prepareDirectory(dir: string): string {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  accessSync(dir, constants.R_OK | constants.W_OK | constants.X_OK);
  const path = realpathSync(dir);
  tighten(path, 0o700);
  for (const file of [DATA_FILE, LOCK_FILE]) {
    const name = join(path, file);
    if (!existsSync(name)) continue;
    accessSync(name, constants.R_OK | constants.W_OK);
    tighten(name, 0o600);
  }
  return path;
}

/** Removes what an interrupted start or compaction has left; called by the directory's owner. */
export function removeLeftovers(path: string): void {
  rmSync(join(path, COPY_DIRECTORY), { recursive: true, force: true });
  for (const name of readdirSync(path)) if (name.startsWith(`${OWNER_FILE}.`)) rmSync(join(path, name), { force: true });
}

/** A directory of another user, or one shared by all such as /tmp, is left unchanged. */
function tighten(path: string, mode: number): void {
  const { uid, mode: present } = statSync(path);
  if (process.getuid && uid !== process.getuid() || present & STICKY) return;
  if (present & 0o777 & ~mode) chmodSync(path, present & mode);
}
