import { isDocument } from '../bson';
import type { Value } from '../bson';
import { MongoError } from '../errors';
import { show } from '../storage/index';
import { isNumeric, toNumber } from './number';

/** Orders strings by the rules of a language; 0 for those that count as equal. */
export type Collator = (a: string, b: string) => number;

const FIELDS = new Set(['locale', 'strength', 'caseLevel', 'caseFirst', 'numericOrdering', 'alternate', 'maxVariable', 'backwards', 'normalization']);
/** The default values of unsupported fields. */
const DEFAULTS: Record<string, Value> = { caseLevel: false, caseFirst: 'off', numericOrdering: false, alternate: 'non-ignorable', backwards: false, normalization: false };
const SENSITIVITY = ['base', 'accent', 'variant'] as const;

const cache = new Map<string, Collator>();
const MAX_CACHED = 100;

/**
 * The order of a command's `collation`; undefined for the comparison of bytes. Strengths 1, 2 and 3 (the default) of
 * any locale that ICU has. Throws MongoError 2, 14, 40414 and 40415 as MongoDB does, and 2 for unsupported options.
 * https://www.mongodb.com/docs/manual/reference/collation/
 */
export function collatorOf(value: Value): Collator | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isDocument(value)) throw new MongoError(14, 'BSON field \'collation\' is the wrong type, expected type \'object\'');
  if (Object.keys(value).length === 0) return undefined;
  for (const name of Object.keys(value)) if (!FIELDS.has(name)) throw new MongoError(40415, `BSON field 'collation.${name}' is an unknown field.`);
  const { locale } = value;
  if (locale === undefined) throw new MongoError(40414, 'BSON field \'collation.locale\' is missing but a required field');
  if (locale === 'simple') return undefined;
  const strength = value.strength === undefined ? 3 : isNumeric(value.strength) ? toNumber(value.strength) : NaN;
  if (![1, 2, 3].includes(strength)) throw new MongoError(2, `the collation's 'strength' may be 1, 2 or 3 here, not ${show(value.strength)}`);
  for (const [name, usual] of Object.entries(DEFAULTS)) {
    if (value[name] !== undefined && value[name] !== usual) throw new MongoError(2, `the collation's option '${name}' is not supported`);
  }
  const language = String(locale).replace(/_/g, '-');
  const key = `${language} ${strength}`;
  const known = cache.get(key);
  if (known) return known;
  if (typeof locale !== 'string' || !isLocale(language)) throw new MongoError(2, `Field 'locale' is invalid in: ${show(value)}`);
  const { compare } = new Intl.Collator(language, { sensitivity: SENSITIVITY[strength - 1], usage: 'sort' });
  if (cache.size >= MAX_CACHED) cache.clear();
  cache.set(key, compare);
  return compare;
}

function isLocale(language: string): boolean {
  try {
    return Intl.Collator.supportedLocalesOf([language]).length === 1;
  } catch {
    return false; // Not even the form of a language tag.
  }
}

/** Whether the value is, or holds, a string: a collation changes the order of strings only. */
export function holdsString(value: Value): boolean {
  if (typeof value === 'string') return true;
  if (Array.isArray(value)) return value.some(holdsString);
  return isDocument(value) && Object.keys(value).some(name => holdsString(value[name]));
}

/** The representative of all strings that a collation takes for equal: the first one of them. */
export class Representatives {
  private readonly known = new Map<string, string>();
  private readonly sorted: string[] = [];

  constructor(private readonly collator: Collator) {}

  /** The value with its strings replaced by their representatives; arrays and documents are copied. */
  of(value: Value): Value {
    if (typeof value === 'string') return this.ofText(value);
    if (Array.isArray(value)) return value.map(item => this.of(item));
    if (!isDocument(value)) return value;
    const copy = Object.create(Object.getPrototypeOf(value) as object) as typeof value;
    for (const name in value) copy[name] = this.of(value[name]);
    return copy;
  }

  private ofText(text: string): string {
    let found = this.known.get(text);
    if (found !== undefined) return found;
    let [low, high] = [0, this.sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.collator(this.sorted[middle], text) < 0) low = middle + 1;
      else high = middle;
    }
    found = this.sorted[low];
    if (found === undefined || this.collator(found, text) !== 0) {
      found = text;
      this.sorted.splice(low, 0, text);
    }
    this.known.set(text, found);
    return found;
  }
}
