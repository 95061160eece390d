import { ObjectId, Timestamp } from 'bson';
import type { Value } from '../bson';
import { MongoError } from '../errors';
import { typeName } from './types';
import { fromLocal, UTC, zoneOf } from './zones';
import type { Zone } from './zones';

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];

/**
 * The date at so many milliseconds. Throws MongoError 15 (Overflow) for a date outside the supported years -271821 to
 * 275760.
 */
export function dateOf(milliseconds: number, what = 'date overflow'): Date {
  const date = new Date(milliseconds);
  if (Number.isNaN(date.getTime())) throw new MongoError(15, what);
  return date;
}

/** Dates, ObjectIds and timestamps as dates. Throws MongoError 16006 for any other type. */
export function momentOf(value: Value): number {
  if (value instanceof Date) return value.getTime();
  if (value instanceof ObjectId) return value.getTimestamp().getTime();
  if (value instanceof Timestamp) return value.getHighBitsUnsigned() * SECOND;
  throw new MongoError(16006, `can't convert from BSON type ${typeName(value)} to Date`);
}

/** The zone's local time, as a date in UTC. */
export const localDate = (utc: number, zone: Zone): Date => dateOf(utc + zone.offsetAt(utc));

/** Any part may exceed its range: the 13th month is the next year's first. */
export function utcOf(year: number, month: number, day: number, hour = 0, minute = 0, second = 0, millisecond = 0): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  date.setUTCHours(hour, minute, second, millisecond);
  return date.getTime();
}

export const dayOfYear = (date: Date): number => Math.floor((date.getTime() - utcOf(date.getUTCFullYear(), 0, 1)) / DAY) + 1;
/** Weeks begin on Sundays; the days before the first Sunday are in week 0. */
export const weekOfYear = (date: Date): number => Math.floor((dayOfYear(date) + 6 - date.getUTCDay()) / 7);
export const isoDay = (date: Date): number => date.getUTCDay() || 7;

/** ISO 8601: a week belongs to the year of its Thursday. */
export function isoWeek(date: Date): { year: number; week: number } {
  const thursday = new Date(Math.floor(date.getTime() / DAY) * DAY + (4 - isoDay(date)) * DAY);
  return { year: thursday.getUTCFullYear(), week: Math.floor((dayOfYear(thursday) - 1) / 7) + 1 };
}

const pad = (value: number, digits: number): string => String(value).padStart(digits, '0');

function offsetText(offset: number): string {
  const minutes = Math.floor(Math.abs(offset) / MINUTE);
  return `${offset < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60), 2)}${pad(minutes % 60, 2)}`;
}

/** A local date in a format of `$dateToString`. Throws MongoError 18535, 18536 for a bad format, 18537 for years beyond 0 to 9999. */
export function formatDate(date: Date, format: string, offset: number): string {
  let text = '';
  for (let i = 0; i < format.length; i++) {
    if (format[i] !== '%') {
      text += format[i];
      continue;
    }
    i++;
    switch (format[i]) {
      case 'Y': text += yearText(date.getUTCFullYear()); break;
      case 'm': text += pad(date.getUTCMonth() + 1, 2); break;
      case 'd': text += pad(date.getUTCDate(), 2); break;
      case 'H': text += pad(date.getUTCHours(), 2); break;
      case 'M': text += pad(date.getUTCMinutes(), 2); break;
      case 'S': text += pad(date.getUTCSeconds(), 2); break;
      case 'L': text += pad(date.getUTCMilliseconds(), 3); break;
      case 'j': text += pad(dayOfYear(date), 3); break;
      case 'w': text += String(date.getUTCDay() + 1); break;
      case 'u': text += String(isoDay(date)); break;
      case 'U': text += pad(weekOfYear(date), 2); break;
      case 'V': text += pad(isoWeek(date).week, 2); break;
      case 'G': text += yearText(isoWeek(date).year); break;
      case 'b': text += MONTHS[date.getUTCMonth()].slice(0, 3); break;
      case 'B': text += MONTHS[date.getUTCMonth()]; break;
      case 'z': text += offsetText(offset); break;
      case 'Z': text += String(Math.trunc(offset / MINUTE)); break;
      case '%': text += '%'; break;
      case undefined: throw new MongoError(18535, 'Unmatched \'%\' at end of format string');
      default: throw new MongoError(18536, `Invalid format character '%${format[i]}' in format string`);
    }
  }
  return text;
}

function yearText(year: number): string {
  if (year < 0 || year > 9999) throw new MongoError(18537, `$dateToString is only defined on year 0-9999, tried to use year ${year}`);
  return pad(year, 4);
}

const unreadable = (text: string, why: string) => new MongoError(241, `Error parsing date string '${text}'; ${why}`);

interface Parts { year?: number; month?: number; day?: number; hour?: number; minute?: number; second?: number; millisecond?: number; dayOfYear?: number; isoYear?: number; isoWeek?: number; isoDay?: number; zone?: Zone }

const ISO = /^\s*(\d{4})-(\d\d?)-(\d\d?)(?:(?:T|\s+)(\d\d?):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?\s*(Z|[+-]\d\d(?::?\d\d)?|[A-Za-z]{3,}(?:\/[A-Za-z_]+)*)?\s*$/;

/**
 * Reads a date in a common form: ISO 8601, and others that JavaScript reads. Throws MongoError 241 (ConversionFailure).
 * @param zone of the date unless it names its own
 */
export function readDate(text: string, zone?: Zone): Date {
  const iso = ISO.exec(text);
  if (iso) {
    const [year, month, day, hour, minute, second] = iso.slice(1, 7).map(part => (part === undefined ? undefined : Number(part)));
    if (iso[8] && zone) throw new MongoError(241, `you cannot pass in a date/time string with time zone information ('${iso[8]}') together with a timezone argument`);
    return fromParts(text, { year, month, day, hour, minute, second, millisecond: Number((iso[7] ?? '0').padEnd(3, '0').slice(0, 3)), zone: iso[8] ? zoneOf(iso[8]) : zone });
  }
  const zoned = /(?:Z|GMT|UTC|[+-]\d\d:?\d\d)\s*$/.test(text);
  const read = /[A-Za-z]{3}|\/|^\d{4}-\d\d$/.test(text) ? Date.parse(zoned ? text : `${text} UTC`) : NaN;
  if (Number.isNaN(read)) throw unreadable(text, 'it is not in a format that is understood');
  return dateOf(zoned || !zone ? read : fromLocal(zone, read));
}

function fromParts(text: string, parts: Parts): Date {
  const { hour = 0, minute = 0, second = 0, millisecond = 0, zone = UTC } = parts;
  let day: number;
  if (parts.isoYear !== undefined) day = utcOfIsoWeek(parts.isoYear, parts.isoWeek ?? 1, parts.isoDay ?? 1);
  else if (parts.year === undefined) throw unreadable(text, 'an incomplete date/time string has been found');
  else if (parts.dayOfYear !== undefined) day = utcOf(parts.year, 0, parts.dayOfYear);
  else {
    if (parts.month === undefined || parts.day === undefined) throw unreadable(text, 'an incomplete date/time string has been found');
    day = utcOf(parts.year, parts.month - 1, parts.day);
    if (new Date(day).getUTCMonth() !== parts.month - 1 || new Date(day).getUTCDate() !== parts.day) throw unreadable(text, 'the parsed date was invalid');
  }
  if (hour > 24 || minute > 59 || second > 59) throw unreadable(text, 'the parsed time was invalid');
  return dateOf(fromLocal(zone, day + hour * HOUR + minute * MINUTE + second * SECOND + millisecond));
}

export function utcOfIsoWeek(year: number, week: number, day: number): number {
  const january4 = utcOf(year, 0, 4);
  return january4 + (1 - isoDay(new Date(january4)) + (week - 1) * 7 + day - 1) * DAY;
}

/** The pattern of a specifier of `$dateFromString`'s format, and its part of the date. */
const READERS: Record<string, [RegExp, keyof Parts]> = {
  Y: [/^\d{4}/, 'year'], G: [/^\d{4}/, 'isoYear'], m: [/^\d{1,2}/, 'month'], d: [/^\d{1,2}/, 'day'], H: [/^\d{1,2}/, 'hour'], M: [/^\d{1,2}/, 'minute'], S: [/^\d{1,2}/, 'second'],
  L: [/^\d{1,3}/, 'millisecond'], j: [/^\d{3}/, 'dayOfYear'], V: [/^\d{1,2}/, 'isoWeek'], u: [/^\d/, 'isoDay'],
};

/** Reads a date in a format. Throws MongoError 241 (ConversionFailure), 18535 and 18536. */
export function parseDate(text: string, format: string, zone?: Zone): Date {
  const parts: Parts = { zone };
  let rest = text;
  const take = (pattern: RegExp): string => {
    const found = pattern.exec(rest)?.[0];
    if (!found) throw unreadable(text, `it does not fit the format '${format}'`);
    rest = rest.slice(found.length);
    return found;
  };
  const takeZone = (pattern: RegExp): string => {
    if (zone) throw new MongoError(241, 'you cannot pass in a date/time string with GMT offset together with a timezone argument');
    return take(pattern);
  };
  for (let i = 0; i < format.length; i++) {
    if (format[i] !== '%' || format[i + 1] === '%') {
      const literal = format[i] === '%' ? format[i++] : format[i];
      if (!rest.startsWith(literal)) throw unreadable(text, `it does not fit the format '${format}'`);
      rest = rest.slice(1);
      continue;
    }
    const specifier = format[++i];
    if (specifier === undefined) throw new MongoError(18535, 'Unmatched \'%\' at end of format string');
    if (specifier === 'z') parts.zone = zoneOf(takeZone(/^(?:[+-]\d\d(?::?\d\d)?|Z)/));
    else if (specifier === 'Z') {
      const minutes = Number(takeZone(/^[+-]\d{1,3}/));
      parts.zone = { offsetAt: () => minutes * MINUTE };
    } else if (specifier === 'b' || specifier === 'B') parts.month = monthOf(take(/^[A-Za-z]+/), specifier === 'b' ? 3 : undefined) ?? fail(unreadable(text, 'a textual month could not be found'));
    else {
      const reader = Object.hasOwn(READERS, specifier) ? READERS[specifier] : fail(new MongoError(18536, `Invalid format character '%${specifier}' in format string`));
      (parts as Record<string, number>)[reader[1]] = Number(take(reader[0]));
    }
  }
  if (rest) throw unreadable(text, `trailing data '${rest}'`);
  return fromParts(text, parts);
}

function fail(error: Error): never {
  throw error;
}

function monthOf(name: string, letters?: number): number | undefined {
  const index = MONTHS.findIndex(month => month.slice(0, letters).toLowerCase() === name.toLowerCase());
  return index < 0 ? undefined : index + 1;
}
