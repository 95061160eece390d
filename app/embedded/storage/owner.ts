import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterPrefix } from './keys';
import { Space } from './store';
import type { LmdbStore } from './store';

/** Who has the directory: a process, told apart from a later one with the same id by when it began. */
interface Owner { pid: number; began: string }

const KEY = Buffer.from([Space.Owner, 1]);

/** Takes the directory for this process; gives the id of the process that has it when that is alive. */
export function claim(store: LmdbStore): number | undefined {
  // LMDB lets one process at a time into a write transaction, and lets the next one in when that dies.
  return store.transact(() => {
    const owner = liveOwner(store);
    if (owner !== undefined) return owner;
    const me: Owner = { pid: process.pid, began: beginning(process.pid) ?? '' };
    store.write([[KEY, Buffer.from(JSON.stringify(me))]]);
    return undefined;
  });
}

export function release(store: LmdbStore): void {
  store.transact(() => store.write([[KEY, null]]));
}

/** The id of the living process that has the directory. */
export function liveOwner(store: LmdbStore): number | undefined {
  const [entry] = store.range(KEY, afterPrefix(KEY), false, 1);
  if (!entry) return undefined;
  const { pid, began } = JSON.parse(entry.value.toString()) as Owner;
  return beginning(pid) === began ? pid : undefined;
}

/** When a process began, as a text that no other process of the same id has; undefined when there is none. */
function beginning(pid: number): string | undefined {
  try {
    if (process.platform === 'linux') {
      const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
      // Field 22 of proc(5): clock ticks from boot to the start of the process; a zombie (field 3) is dead.
      return fields[0] === 'Z' ? undefined : `${boot}/${fields[19]}`;
    }
    process.kill(pid, 0);
    return process.platform === 'win32' ? String(pid) : execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}
