import { beginning } from './processBeginning';
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
