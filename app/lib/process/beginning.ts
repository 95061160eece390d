import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** When a process began, as a text that no other process of the same id has; undefined when there is none. */
export function beginning(pid: number): string | undefined {
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
