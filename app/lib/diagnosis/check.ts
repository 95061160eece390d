import { render, type Said } from '../language/message';
import type { Language } from '../language/texts';

/** `ok`: nothing to do. `warn`: it works, and somebody should know. `no`: it stands in the way. */
export type CheckState = 'ok' | 'warn' | 'no';

/** What was looked at, how it is, and what to do about it: not yet in any language. Holds no secret. */
export interface Check {
  name: string;
  state: CheckState;
  detail: Said;
  /** null when there is nothing to do. */
  advice: Said | null;
}

/** A check as somebody reads it. */
export interface CheckInWords extends Check {
  detail: string;
  advice: string | null;
}

export function ok(name: string, detail: Said): Check {
  return { name, state: 'ok', detail, advice: null };
}

export function warn(name: string, detail: Said, advice: Said): Check {
  return { name, state: 'warn', detail, advice };
}

export function no(name: string, detail: Said, advice: Said): Check {
  return { name, state: 'no', detail, advice };
}

/** Checks in the language of whoever reads them. */
export function inLanguage(checks: readonly Check[], language: Language): CheckInWords[] {
  return checks.map(({ name, state, detail, advice }) => ({ name, state, detail: render(detail, language), advice: advice === null ? null : render(advice, language) }));
}

/** A check as one line of a terminal, in English: `warn push wx1: the mode is plain → choose …`. */
export function checkLine(check: Check): string {
  const [{ name, state, detail, advice }] = inLanguage([check], 'en');
  const line = `${state.padEnd(4)} ${name}: ${detail}${advice === null ? '' : ` → ${advice}`}`;
  return line.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
}
