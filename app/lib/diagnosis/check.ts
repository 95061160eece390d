import { render, type Said } from '../language/message';
import type { Language } from '../language/texts';

/** `ok`: nothing to do. `warn`: it works, and a person should know. `no`: it prevents working. */
export type CheckState = 'ok' | 'warn' | 'no';

/** The subject of a check, its state and what to do about it, before translation. Holds no secret. */
export interface Check {
  name: string;
  state: CheckState;
  detail: Said;
  /** null when there is nothing to do. */
  advice: Said | null;
}

/** A check in one language. */
export interface CheckInWords extends Check {
  detail: string;
  advice: string | null;
}

/** A check without anything to do. @param name of the subject, such as `database` */
export function ok(name: string, detail: Said): Check {
  return { name, state: 'ok', detail, advice: null };
}

/** A check of something that works, and needs attention. */
export function warn(name: string, detail: Said, advice: Said): Check {
  return { name, state: 'warn', detail, advice };
}

/** A check of something that does not work, with what to do. */
export function no(name: string, detail: Said, advice: Said): Check {
  return { name, state: 'no', detail, advice };
}

/** Translates checks into the reader's language. */
export function inLanguage(checks: readonly Check[], language: Language): CheckInWords[] {
  return checks.map(({ name, state, detail, advice }) => ({ name, state, detail: render(detail, language), advice: advice === null ? null : render(advice, language) }));
}

/** A check as one line of a terminal, in English: `warn push wx1: the mode is plain → choose …`. */
export function checkLine(check: Check): string {
  const [{ name, state, detail, advice }] = inLanguage([check], 'en');
  const line = `${state.padEnd(4)} ${name}: ${detail}${advice === null ? '' : ` → ${advice}`}`;
  return line.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
}
