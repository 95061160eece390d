/** Most characters of a summary. */
const LONGEST = 120;

/**
 * The beginning of an outgoing message, on one line: its text, its title, the first values of its template, or the type
 * of an event out. A message without a text is named by its type.
 */
export function summaryOf(message: Record<string, unknown>): string {
  const words = saidIn(message).replace(/\s+/g, ' ').trim();
  const characters = [...words];
  return characters.length > LONGEST ? `${characters.slice(0, LONGEST - 1).join('')}…` : words;
}

function saidIn(message: Record<string, unknown>): string {
  const { msgtype, type, data } = message;
  if (typeof msgtype === 'string') {
    const content = record(message[msgtype]);
    const [article] = Array.isArray(content.articles) ? content.articles : [];
    return text(content.content) ?? text(content.title) ?? text(content.head_content) ?? text(record(article).title) ?? `[${msgtype}]`;
  }
  if (typeof type === 'string') return type;
  return Object.values(record(data)).map(value => String(record(value).value ?? '')).join(' · ');
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? value as Record<string, unknown> : {};
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, 1_000) : undefined;
}
