import { TEXTS, type Language } from './texts';

type Key = keyof typeof TEXTS;
type Placeholders<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Placeholders<Rest> : never;

/** A value for a `{name}`: shown as it is, or translated too. */
export type Param = string | number | Message;

/** A key of `TEXTS` with its parameters, before translation. Plain JSON, so that it can be stored. */
export type Message = {
  [K in Key]: [Placeholders<(typeof TEXTS)[K]['en']>] extends [never]
    ? { readonly key: K; readonly params?: undefined }
    : { readonly key: K; readonly params: Readonly<Record<Placeholders<(typeof TEXTS)[K]['en']>, Param>> }
}[Key];

/**
 * What a person is told: a message; a text that has no translation or comes from another system; or several of them.
 */
export type Said = string | Message | ReadonlyArray<string | Message>;

const BETWEEN: Record<Language, string> = { en: '; ', zh: '；' };

/** Translates a message. A text stays as it is. */
export function render(said: Said, language: Language): string {
  if (typeof said === 'string') return said;
  return 'key' in said ? renderMessage(said, language) : said.map(each => render(each, language)).join(BETWEEN[language]);
}

function renderMessage(message: Message, language: Language): string {
  const params: Readonly<Record<string, Param>> = message.params ?? {};
  return TEXTS[message.key][language].replace(/\{(\w+)\}/g, (_whole, name: string) => {
    const value = params[name];
    return typeof value === 'object' ? render(value, language) : String(value);
  }).trimEnd();
}
