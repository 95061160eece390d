import { createI18n } from 'vue-i18n';
import { keep, kept } from '../lib/kept';
import type zhCN from './zh-CN';

export type Language = 'zh-CN' | 'en';
export type Messages = typeof zhCN;

export const LANGUAGES: ReadonlyArray<{ value: Language; label: string }> = [{ value: 'zh-CN', label: '简体中文' }, { value: 'en', label: 'English' }];

export const i18n = createI18n({
  legacy: false,
  locale: 'zh-CN',
  fallbackLocale: 'zh-CN',
  messages: {} as Record<Language, Messages>,
});

const { global } = i18n;

/**
 * The text of a key in the language at hand.
 * @param key `<page>.<text>`
 * @param named what stands for `{name}` in it; `n` also chooses between singular and plural
 */
export function t(key: string, named: Record<string, string | number> = {}): string {
  return typeof named.n === 'number' ? global.t(key, named, named.n) : global.t(key, named);
}

/** Whether there is a text of this key. */
export function known(key: string): boolean {
  return global.te(key);
}

/** The language at hand, as `Intl` and `Accept-Language` take it. */
export function language(): Language {
  return global.locale.value as Language;
}

/** The one chosen before in this browser; else Chinese. */
export function preferredLanguage(): Language {
  return kept('language') === 'en' ? 'en' : 'zh-CN';
}

/** Fetches a language's texts and speaks it from now on. */
export async function loadLanguage(next: Language): Promise<void> {
  const messages = next === 'en' ? await import('./en') : await import('./zh-CN');
  global.setLocaleMessage(next, messages.default as Messages);
  global.locale.value = next;
  document.documentElement.lang = next;
}

/** The person's choice, kept in this browser. */
export async function chooseLanguage(next: Language): Promise<void> {
  await loadLanguage(next);
  keep('language', next);
}
