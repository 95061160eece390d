import { parseArgs } from 'node:util';
import { SYNC_LEASE, syncFollowers, type SyncOptions } from '../lib/follow/sync';
import { sleep } from '../lib/async/sleep';
import type { SyncDocument } from '../lib/follow/syncDocument';
import { CommandError, interruption, officialAccounts, runCommand } from './command';
import { ProgressBar } from './progressBar';
import { showUsageWhenAsked } from './usage';

showUsageWhenAsked('followers:sync');

/** The lease of a process that died lasts for a while; a live process renews its lease. */
const TIMEOUT_MS = SYNC_LEASE + 5_000;

const interrupted = interruption();

async function whenFree(options: SyncOptions): Promise<SyncDocument> {
  const deadline = Date.now() + TIMEOUT_MS;
  for (let first = true; ; first = false) {
    const run = await syncFollowers(options);
    if (run) return run;
    options.signal?.throwIfAborted();
    if (Date.now() > deadline) throw new CommandError(`The followers of ${options.app.appid} are being synchronised by another process: wait until it is done.`);
    if (first) console.log(`${options.app.appid}: another process is, or was, at it: waiting.`);
    await sleep(1_000);
  }
}

function summary({ _id, listed, followed, unfollowed, calls, startedAt, finishedAt }: SyncDocument): string {
  const seconds = ((finishedAt?.getTime() ?? Date.now()) - startedAt.getTime()) / 1000;
  return `${_id}: ${listed} followers are up to date; ${followed} are new, ${unfollowed} have left (${calls} calls to WeChat, ${seconds.toFixed(1)} s).`;
}

void runCommand(() => parseArgs({ options: { appid: { type: 'string' } } }).values.appid, async (appid, { apps, client, db, tokens }) => {
  for (const app of officialAccounts(apps, appid)) {
    const bar = new ProgressBar(app.appid);
    try {
      const run = await whenFree({
        app, client, db, tokens, signal: interrupted, onProgress: ({ listed, total }) => bar.show(listed, total),
      });
      bar.clear();
      console.log(summary(run));
    } finally {
      bar.clear();
    }
  }
});
