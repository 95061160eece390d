import { AppError } from '../../errors';
import type { Message } from '../../language/message';

/** A field of a subscription template. */
export interface TemplateField {
  /** The field's name in the message: `thing1`. */
  key: string;
  /** The key without its digits. */
  kind: string;
  /** Most characters. */
  limit: number;
  /** The name of the field's line: `会议时间`. */
  name?: string;
  /** The values that it takes, where WeChat lists them. */
  values?: string[];
}

interface TemplateFieldKind {
  limit: number;
  /** A description of what the field takes, for the error: a text of lib/language/texts.ts. */
  takes: Extract<Message['key'], `takes${string}`>;
  /** Whether a value, not longer than the limit, is valid. */
  fits(value: string): boolean;
  /** The end of a value that was cut; without it a longer value is refused. */
  cutWith?: string;
}

const HOUR = String.raw`(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?`;
const MONTH = String.raw`(?:0?[1-9]|1[0-2])`;
const DAY = String.raw`(?:0?[1-9]|[12]\d|3[01])`;
const DATE = String.raw`(?:\d{4}年(?:${MONTH}月(?:${DAY}日)?)|${MONTH}月${DAY}日|\d{4}-${MONTH}(?:-${DAY})?|\d{4}/${MONTH}(?:/${DAY})?|\d{4}\.${MONTH}(?:\.${DAY})?|${MONTH}[-/.]${DAY})`;
const DATE_TIME = `${DATE}(?: *${HOUR})?`;
const TIME_POINT = `(?:${DATE} *)?${HOUR}`;
const TIME = new RegExp(`^${TIME_POINT}(?: *~ *${TIME_POINT})?$`);
const DAYS = new RegExp(`^${DATE_TIME}(?: *~ *(?:${DATE_TIME}|${HOUR}))?$`);
const HAN = /\p{Script=Han}/u;

/**
 * The values that a subscription message may have, by the kind with which their key begins.
 * @see
 *   https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-message-management/subscribe-message/sendMessage.html
 */
export const templateFieldKinds: Readonly<Record<string, TemplateFieldKind>> = {
  thing: { limit: 20, takes: 'takesThing', fits: () => true, cutWith: '…' },
  number: { limit: 32, takes: 'takesNumber', fits: value => /^-?\d+(?:\.\d+)?$/.test(value) },
  letter: { limit: 32, takes: 'takesLetter', fits: value => /^[A-Za-z]+$/.test(value) },
  symbol: { limit: 5, takes: 'takesSymbol', fits: value => /^[^\p{L}\p{N}\s]+$/u.test(value) },
  character_string: { limit: 32, takes: 'takesCharacterString', fits: value => !HAN.test(value), cutWith: '…' },
  time: { limit: 64, takes: 'takesTime', fits: value => TIME.test(value) },
  date: { limit: 64, takes: 'takesDate', fits: value => DAYS.test(value) },
  amount: { limit: 24, takes: 'takesAmount', fits: value => /^[^\p{L}\p{N}\s]?\d{1,10}(?:\.\d+)?元?$/u.test(value) },
  phone_number: { limit: 17, takes: 'takesPhoneNumber', fits: value => /^[-+() ]*\d[-+() \d]*$/.test(value) },
  car_number: { limit: 8, takes: 'takesCarNumber', fits: value => /^[\p{Script=Han}A-Z0-9][A-Z0-9]*[\p{Script=Han}A-Z0-9]$/iu.test(value) },
  // WeChat takes no ellipsis in these two: letters and Chinese characters only.
  name: { limit: 20, takes: 'takesName', fits: value => /^[\p{L}\p{M}\s.·'-]+$/u.test(value), cutWith: '' },
  phrase: { limit: 5, takes: 'takesPhrase', fits: value => /^\p{Script=Han}+$/u.test(value), cutWith: '' },
  enum: { limit: 20, takes: 'takesListed', fits: () => true },
  enum_string: { limit: 20, takes: 'takesListed', fits: () => true },
  const: { limit: 20, takes: 'takesListed', fits: () => true },
};

/** Longest value of an unknown kind. */
export const OTHER_LIMIT = 200;

/** Kinds that WeChat has added since: WeChat checks them itself. */
const OTHER: TemplateFieldKind = { limit: OTHER_LIMIT, takes: 'takesOther', fits: () => true };
const MAX_NAME_HAN = 10;
const MAX_FIELDS = 50;
/** A line of a template: its name, if any, and its key. */
const LINE = /(?:([^\n{}:：]{1,64})[:：])?\s{0,16}\{\{\s{0,16}([A-Za-z][A-Za-z_]{0,31}\d{0,6})\.DATA\s{0,16}\}\}/g;

/**
 * Brings the data of a subscription message into the form that WeChat takes: control characters become spaces, long
 * texts are cut (thing and character_string then end in `…`). Missing values are not filled in.
 * @throws {AppError} INVALID_ARGUMENT that names the key and what it takes
 * @see
 *   https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-message-management/subscribe-message/sendMessage.html
 */
export function checkTemplateData(template: { fields: readonly TemplateField[] }, data: Record<string, { value: unknown }>): Record<string, { value: string }> {
  const keys = template.fields.map(({ key }) => key);
  const unknown = Object.keys(data).find(key => !keys.includes(key));
  if (unknown !== undefined) {
    throw new AppError('INVALID_ARGUMENT', { key: 'templateKeyUnknown', params: { field: unknown.slice(0, 64), keys: keys.join(', ') } });
  }
  return Object.fromEntries(template.fields.map(field => [field.key, { value: checkValue(field, data) }]));
}

function checkValue({ key, kind: name, limit, values }: TemplateField, data: Record<string, { value: unknown }>): string {
  const kind = kindOf(name);
  const refuse = (problem: Extract<Message['key'], `value${string}`>): never => {
    const takes: Message = values ? { key: 'oneOfValues', params: { values: values.join(', ') } } : { key: kind.takes };
    throw new AppError('INVALID_ARGUMENT', { key: 'templateValue', params: { field: key, problem: { key: problem }, takes } });
  };
  const written = Object.hasOwn(data, key) ? data[key]?.value : undefined;
  if (written === undefined || written === null) return refuse('valueMissing');
  if (typeof written !== 'string' && typeof written !== 'number') return refuse('valueNotText');
  // Bounded before anything else is done with it; \p{Cc} are line breaks and other control characters.
  const value = String(written).slice(0, 4_096).replace(/\p{Cc}+/gu, ' ').trim();
  if (value === '') return refuse('valueEmpty');
  if (values) return values.includes(value) ? value : refuse('valueNotListed');
  const longest = name === 'name' && HAN.test(value) ? Math.min(MAX_NAME_HAN, limit) : limit;
  const fitting = cut(value, longest, kind.cutWith);
  if (fitting === undefined) return refuse('valueTooLong');
  return kind.fits(fitting) ? fitting : refuse('valueOfOtherKind');
}

/** WeChat counts every character as one, whatever its width. */
function cut(value: string, longest: number, cutWith: string | undefined): string | undefined {
  const characters = Array.from(value);
  if (characters.length <= longest) return value;
  return cutWith === undefined ? undefined : characters.slice(0, longest - cutWith.length).join('').trimEnd() + cutWith;
}

/**
 * The fields of a template, from the `content` of WeChat's list: lines such as `会议:{{thing1.DATA}}`. Official accounts
 * may have old templates, whose keys have no number, such as `{{first.DATA}}`, and take any text.
 * @see
 *   https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-message-management/subscribe-message/getMessageTemplateList.html
 */
export function parseTemplateContent(content: string): TemplateField[] {
  const names = new Map<string, string>();
  for (const [, name = '', key] of content.slice(0, 10_000).matchAll(LINE)) if (!names.has(key)) names.set(key, name.trim());
  return [...names].slice(0, MAX_FIELDS).map(([key, name]) => {
    const kind = kindOfField(key);
    return { key, kind, limit: kindOf(kind).limit, ...(name === '' ? {} : { name }) };
  });
}

/** `thing` of `thing1`; `text` of a key without a number, which says nothing of what it takes. */
export function kindOfField(key: string): string {
  return /\d$/.test(key) ? key.replace(/\d+$/, '') : 'text';
}

function kindOf(name: string): TemplateFieldKind {
  return Object.hasOwn(templateFieldKinds, name) ? templateFieldKinds[name] : OTHER;
}
