import { ref, watchEffect } from 'vue';
import { keep, kept } from '../../../console/lib/kept';
import en from './en';
import zhCN from './zh-CN';

export type Language = 'zh-CN' | 'en';
type Texts = typeof zhCN;
type Group = keyof Texts;

const TEXTS: Record<Language, Texts> = { 'zh-CN': zhCN, en };

/** The language at hand: the one chosen before in this browser, here or in the console; else Chinese. */
export const language = ref<Language>(kept('language') === 'en' ? 'en' : 'zh-CN');

watchEffect(() => {
  document.documentElement.lang = language.value;
  document.title = `${TEXTS[language.value].page.title} · weapp-hub`;
});

/**
 * The text of a key in the language at hand.
 * @param key `<group>.<text>`
 * @param named what stands for `{name}` in it
 */
export function t<G extends Group>(key: `${G}.${keyof Texts[G] & string}`, named: Record<string, string | number> = {}): string {
  return fill(find(key) ?? key, named);
}

/** The same of a key that is only known when the page runs; undefined when there is no such text. */
export function find(key: string): string | undefined {
  const dot = key.indexOf('.');
  const group = TEXTS[language.value][key.slice(0, dot) as Group] as Record<string, string> | undefined;
  const name = key.slice(dot + 1);
  return group && Object.hasOwn(group, name) ? group[name] : undefined;
}

/** The person's choice, kept in this browser. */
export function chooseLanguage(next: Language): void {
  language.value = next;
  keep('language', next);
}

function fill(text: string, named: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (all, name: string) => (Object.hasOwn(named, name) ? String(named[name]) : all));
}
