/** The objects of a list that WeChat answers; none when it is no list. */
export function records(list: unknown): Record<string, unknown>[] {
  return Array.isArray(list) ? list.filter(item => typeof item === 'object' && item !== null && !Array.isArray(item)) : [];
}

/** A text that WeChat may write as a number; empty when it is neither. */
export function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
