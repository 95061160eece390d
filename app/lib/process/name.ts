import { hash } from 'node:crypto';
import { beginning } from './beginning';

/** A process without a sign of life for so many milliseconds is hung: others go on without it. */
export const HUNG = 10_000;
/** Milliseconds between two signs of life. */
export const BEAT = 1_000;

/**
 * `<pid>-<mark>`. The system reuses process ids, in a container at the very next start; the time at which the process
 * began makes the name unique.
 * @return an empty text when there is no such process
 */
export function processName(pid: number): string {
  const began = beginning(pid);
  return began === undefined ? '' : `${pid}-${hash('sha256', began).slice(0, 12)}`;
}

/** Whether the process of this name lives. */
export function lives(name: string): boolean {
  return processName(Number(/^\d+/.exec(name)?.[0])) === name;
}
