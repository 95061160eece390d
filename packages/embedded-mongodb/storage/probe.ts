import { execFile } from 'node:child_process';
import { LmdbStore } from './store';

const PATIENCE_MS = 5_000;

/**
 * Whether the file's write lock can be had. LMDB waits for it without end, and with it the whole process: so another
 * one tries. It cannot be had while a process that has it is stopped in the middle of a write.
 */
export function canBeWritten(dir: string): Promise<boolean> {
  const { NODE_OPTIONS, ...env } = process.env;
  return new Promise(resolve => {
    execFile(process.execPath, [__filename, dir], { env, timeout: PATIENCE_MS, killSignal: 'SIGKILL' }, error => {
      // What else is wrong with the file, the one who opens it says better.
      resolve(!error?.killed);
    });
  });
}

if (require.main === module) void new LmdbStore(process.argv[2]).close();
