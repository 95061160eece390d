/** `ok`: nothing to do. `warn`: it works, and somebody should know. `no`: it stands in the way. */
export type CheckState = 'ok' | 'warn' | 'no';

/** What was looked at, how it is, and what to do about it. Holds no secret. */
export interface Check {
  name: string;
  state: CheckState;
  detail: string;
  /** null when there is nothing to do. */
  advice: string | null;
}

export function ok(name: string, detail: string): Check {
  return { name, state: 'ok', detail, advice: null };
}

export function warn(name: string, detail: string, advice: string): Check {
  return { name, state: 'warn', detail, advice };
}

export function no(name: string, detail: string, advice: string): Check {
  return { name, state: 'no', detail, advice };
}

/** A check as one line of a terminal: `warn push wx1: the mode is plain → choose …`. */
export function checkLine({ name, state, detail, advice }: Check): string {
  const line = `${state.padEnd(4)} ${name}: ${detail}${advice === null ? '' : ` → ${advice}`}`;
  return line.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
}
