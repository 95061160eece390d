import type { Language } from './texts';

/** The languages' names, for `lang` and `Content-Language`. */
export const LANGUAGE_TAGS: Record<Language, string> = { en: 'en', zh: 'zh-CN' };

/** Bounds of the header, in characters and entries: real ones have a few dozen. */
const MAX_LENGTH = 512;
const MAX_RANGES = 20;
const RANGE = /^([A-Za-z]{1,8}|\*)(?:-[A-Za-z0-9]{1,8}){0,4}(?:[ \t]*;[ \t]*[qQ]=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?$/;

/**
 * The caller's preferred language: Chinese of any script and region (`zh`, `zh-CN`, `zh-Hans` …) or English, the one
 * with the higher quality, or the first of equal ones. English when the header names neither; `*` counts as English.
 * @param header `Accept-Language`, as WeChat sends it (`zh-CN,zh;q=0.9`) or any other client; malformed entries are
 *   ignored
 * @see https://www.rfc-editor.org/rfc/rfc9110.html#name-accept-language
 */
export function acceptedLanguage(header: string | undefined): Language {
  if (!header) return 'en';
  let chosen: Language = 'en';
  let best = 0;
  for (const entry of header.slice(0, MAX_LENGTH).split(',', MAX_RANGES)) {
    const [, primary, quality = '1'] = RANGE.exec(entry.trim()) ?? [];
    const language = languageOf(primary?.toLowerCase());
    if (language && Number(quality) > best) {
      best = Number(quality);
      chosen = language;
    }
  }
  return chosen;
}

function languageOf(primary: string | undefined): Language | undefined {
  if (primary === 'zh') return 'zh';
  return primary === 'en' || primary === '*' ? 'en' : undefined;
}
