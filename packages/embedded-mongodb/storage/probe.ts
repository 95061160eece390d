import { execFile } from 'node:child_process';
import { LmdbStore } from './store';

const PATIENCE_MS = 5_000;

/**
 * Whether the file's write lock is free. LMDB waits for it without end, and blocks the whole process: so another
 * process tries. It is not free while its holder is stopped in the middle of a write.
 */
export function canBeWritten(dir: string): Promise<boolean> {
  const { NODE_OPTIONS, ...env } = process.env;
  return new Promise(resolve => {
    execFile(process.execPath, [__filename, dir], { env, timeout: PATIENCE_MS, killSignal: 'SIGKILL' }, error => {
      // The process that opens the file reports other faults of it better.
      resolve(!error?.killed);
    });
  });
}

if (require.main === module) void new LmdbStore(process.argv[2]).close();
