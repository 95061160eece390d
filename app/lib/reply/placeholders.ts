import { MAX_PASSIVE_TEXT_BYTES } from './rule';

export interface PlaceholderValues {
  openid: string;
  nickname: string;
  /** The person's text. */
  content: string;
}

/** Longest value that is put into a text, in characters, and into a URL, where each may take 9 bytes. */
const MAX_VALUE = 600;
const MAX_URL_VALUE = 100;

const PLACEHOLDER = /\{\{(openid|nickname|content)\}\}/g;
const URL_FIELDS = new Set(['url', 'picurl', 'thumb_url', 'musicurl', 'hqmusicurl', 'pagepath', 'page']);

/**
 * A copy of a message in which `{{openid}}`, `{{nickname}}` and `{{content}}` are replaced in every text, once: values
 * are not searched for placeholders. In URLs and page paths a value is URL-encoded. No text of the result is longer
 * than 2,047 bytes; a text without placeholders stays as it is.
 */
export function fillPlaceholders<T>(message: T, values: PlaceholderValues): T {
  return fill(message, '', values) as T;
}

function fill(value: unknown, field: string, values: PlaceholderValues): unknown {
  if (typeof value === 'string') return fillText(value, URL_FIELDS.has(field), values);
  if (Array.isArray(value)) return value.map(item => fill(item, field, values));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, fill(inner, name, values)]));
}

function fillText(text: string, isUrl: boolean, values: PlaceholderValues): string {
  if (!text.includes('{{')) return text;
  return cutToBytes(text.replace(PLACEHOLDER, (_all, name: keyof PlaceholderValues) => {
    const value = wellFormed(values[name]);
    return isUrl ? encodeURIComponent(cutToCharacters(value, MAX_URL_VALUE)) : cutToCharacters(value, MAX_VALUE);
  }), MAX_PASSIVE_TEXT_BYTES);
}

/** Removes lone surrogates: encodeURIComponent throws on them, and UTF-8 has no bytes for them. */
function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\uFFFD');
}

function cutToCharacters(text: string, longest: number): string {
  return text.length <= longest ? text : Array.from(text.slice(0, longest * 2)).slice(0, longest).join('');
}

/** The longest beginning of whole characters that takes at most so many bytes of UTF-8. */
function cutToBytes(text: string, longest: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= longest) return text;
  let end = longest;
  // 10xxxxxx continues a character.
  while (end > 0 && bytes[end] >= 0x80 && bytes[end] < 0xc0) end--;
  return bytes.toString('utf8', 0, end);
}
