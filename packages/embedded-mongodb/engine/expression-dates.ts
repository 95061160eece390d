import { Long } from 'bson';
import { isDocument, newDocument } from '../bson';
import type { Document, Value } from '../bson';
import { MongoError } from '../errors';
import { DAY, dateOf, dayOfYear, formatDate, HOUR, isoDay, isoWeek, localDate, MINUTE, momentOf, parseDate, readDate, SECOND, utcOf, utcOfIsoWeek, weekOfYear } from './dates';
import { namedArguments } from './expression-arguments';
import type { Compile, Named } from './expression-arguments';
import type { Expression } from './expression';
import { isNumeric, toNumber } from './number';
import { typeName } from './types';
import { fromLocal, UTC, zoneOf } from './zones';
import type { Zone } from './zones';

const nil = (value: Value): value is null | undefined => value === null || value === undefined;

/** https://www.mongodb.com/docs/manual/reference/operator/aggregation/#date-expression-operators */
const PARTS: Record<string, (date: Date) => Value> = {
  $year: date => date.getUTCFullYear(),
  $month: date => date.getUTCMonth() + 1,
  $dayOfMonth: date => date.getUTCDate(),
  $dayOfWeek: date => date.getUTCDay() + 1,
  $dayOfYear: dayOfYear,
  $hour: date => date.getUTCHours(),
  $minute: date => date.getUTCMinutes(),
  $second: date => date.getUTCSeconds(),
  $millisecond: date => date.getUTCMilliseconds(),
  $week: weekOfYear,
  $isoWeek: date => isoWeek(date).week,
  $isoWeekYear: date => Long.fromNumber(isoWeek(date).year),
  $isoDayOfWeek: isoDay,
};

interface Operator extends Named { evaluate: (values: Document) => Value }

const WHEN: Named = { required: ['startDate', 'unit', 'amount'], optional: ['timezone'], shape: 5166400, unknown: 5166401, missing: 5166402 };
const TIME = ['hour', 'minute', 'second', 'millisecond'];

const NAMED: Record<string, Operator> = {
  $dateToString: { required: ['date'], optional: ['format', 'timezone', 'onNull'], shape: 18629, unknown: 18534, missing: 18628, evaluate: toText },
  $dateFromString: { required: ['dateString'], optional: ['format', 'timezone', 'onError', 'onNull'], shape: 40540, unknown: 40541, missing: 40542, evaluate: fromText },
  $dateToParts: { required: ['date'], optional: ['timezone', 'iso8601'], shape: 40524, unknown: 40520, missing: 40522, evaluate: toParts },
  $dateFromParts: { required: [], optional: ['year', 'month', 'day', 'isoWeekYear', 'isoWeek', 'isoDayOfWeek', ...TIME, 'timezone'], shape: 40519, unknown: 40518, evaluate: fromParts },
  $dateAdd: { ...WHEN, evaluate: values => shift('$dateAdd', values, 1) },
  $dateSubtract: { ...WHEN, evaluate: values => shift('$dateSubtract', values, -1) },
  $dateDiff: { required: ['startDate', 'endDate', 'unit'], optional: ['timezone', 'startOfWeek'], shape: 5166301, unknown: 5166302, missing: 5166303, evaluate: difference },
  $dateTrunc: { required: ['date', 'unit'], optional: ['binSize', 'timezone', 'startOfWeek'], shape: 5439007, unknown: 5439008, missing: 5439009, evaluate: truncate },
};

export const isDateOperator = (name: string): boolean => Object.hasOwn(PARTS, name) || Object.hasOwn(NAMED, name);

/** Compiles an operator on dates. Throws MongoError as MongoDB does for wrong arguments. */
export function compileDateOperator(name: string, operand: Value, compile: Compile): Expression {
  if (Object.hasOwn(PARTS, name)) return compilePart(name, operand, compile);
  const { evaluate, ...spec } = NAMED[name];
  const values = namedArguments(name, operand, spec, compile);
  return (root, variables) => evaluate(values(root, variables));
}

function compilePart(name: string, operand: Value, compile: Compile): Expression {
  const part = PARTS[name];
  const byName = isDocument(operand) && !Object.keys(operand)[0]?.startsWith('$');
  if (!byName) {
    if (Array.isArray(operand) && operand.length !== 1) throw new MongoError(40536, `${name} accepts exactly one argument if given an array, but was given ${operand.length}`);
    const value = compile(Array.isArray(operand) ? operand[0] : operand);
    return (root, variables) => {
      const date = value(root, variables);
      return nil(date) ? null : part(localDate(momentOf(date), UTC));
    };
  }
  const values = namedArguments(name, operand, { required: ['date'], optional: ['timezone'], unknown: 40535, missing: 40539 }, compile);
  return (root, variables) => {
    const { date, timezone } = values(root, variables);
    return nil(date) || timezone === null ? null : part(localDate(momentOf(date), zoneOf(timezone)));
  };
}

function toText({ date, format, timezone, onNull }: Document): Value {
  if (nil(date)) return onNull ?? null;
  if (format === null || timezone === null) return null;
  if (format !== undefined && typeof format !== 'string') throw new MongoError(18533, '$dateToString requires that \'format\' be a string');
  const utc = momentOf(date);
  const zone = zoneOf(timezone);
  const offset = zone.offsetAt(utc);
  return formatDate(dateOf(utc + offset), format ?? (zone === UTC ? '%Y-%m-%dT%H:%M:%S.%LZ' : '%Y-%m-%dT%H:%M:%S.%L'), offset);
}

function fromText(values: Document): Value {
  const { dateString, format, timezone, onNull = null } = values;
  if (nil(dateString)) return onNull;
  if (format === null || timezone === null) return null;
  const zone = timezone === undefined ? undefined : zoneOf(timezone);
  try {
    if (typeof dateString !== 'string') throw new MongoError(241, `$dateFromString requires that 'dateString' be a string, found: ${typeName(dateString)}`);
    if (format !== undefined && typeof format !== 'string') throw new MongoError(40684, `$dateFromString requires that 'format' be a string, found: ${typeName(format)}`);
    return format === undefined ? readDate(dateString, zone) : parseDate(dateString, format, zone);
  } catch (error) {
    if (error instanceof MongoError && error.code === 241 && 'onError' in values) return values.onError;
    throw error;
  }
}

function toParts({ date, timezone, iso8601 }: Document): Value {
  if (nil(date) || timezone === null || iso8601 === null) return null;
  if (iso8601 !== undefined && typeof iso8601 !== 'boolean') throw new MongoError(40521, `iso8601 must evaluate to a bool, found ${typeName(iso8601)}`);
  const local = localDate(momentOf(date), zoneOf(timezone));
  const week = isoWeek(local);
  const days = iso8601 ? { isoWeekYear: week.year, isoWeek: week.week, isoDayOfWeek: isoDay(local) } : { year: local.getUTCFullYear(), month: local.getUTCMonth() + 1, day: local.getUTCDate() };
  return Object.assign(newDocument(), days, { hour: local.getUTCHours(), minute: local.getUTCMinutes(), second: local.getUTCSeconds(), millisecond: local.getUTCMilliseconds() });
}

/** A part of `$dateFromParts`. */
function whole(values: Document, name: string, otherwise: number, year = false): number {
  const value = values[name];
  if (value === undefined) return otherwise;
  if (!isNumeric(value) || !Number.isInteger(toNumber(value))) throw new MongoError(40515, `'${name}' must evaluate to an integer, found ${typeName(value)}`);
  const number = toNumber(value);
  if (year && (number < 1 || number > 9999)) throw new MongoError(40523, `'${name}' must evaluate to an integer in the range 1 to 9999, found ${number}`);
  const limit = name === 'second' || name === 'millisecond' ? Number.MAX_SAFE_INTEGER : 32767;
  if (number > limit || number < -limit - 1) throw new MongoError(31034, `'${name}' must evaluate to a value in the range [-32768, 32767]; value ${number} is not in range`);
  return number;
}

function fromParts(values: Document): Value {
  if (Object.values(values).some(nil)) return null;
  if ('year' in values === 'isoWeekYear' in values) throw new MongoError('year' in values ? 40525 : 40516, '$dateFromParts requires either \'year\' or \'isoWeekYear\' to be present');
  const day = 'year' in values ? utcOf(whole(values, 'year', 1970, true), whole(values, 'month', 1) - 1, whole(values, 'day', 1))
    : utcOfIsoWeek(whole(values, 'isoWeekYear', 1970, true), whole(values, 'isoWeek', 1), whole(values, 'isoDayOfWeek', 1));
  const time = whole(values, 'hour', 0) * HOUR + whole(values, 'minute', 0) * MINUTE + whole(values, 'second', 0) * SECOND + whole(values, 'millisecond', 0);
  return dateOf(fromLocal(zoneOf(values.timezone), day + time));
}

const MILLISECONDS: Record<string, number> = { millisecond: 1, second: SECOND, minute: MINUTE, hour: HOUR };
const DAYS: Record<string, number> = { day: 1, week: 7 };
const MONTHS: Record<string, number> = { month: 1, quarter: 3, year: 12 };

function unitOf(value: Value): string {
  if (typeof value !== 'string') throw new MongoError(5439013, `unit must be a string, found ${typeName(value)}`);
  if (!Object.hasOwn(MILLISECONDS, value) && !Object.hasOwn(DAYS, value) && !Object.hasOwn(MONTHS, value)) throw new MongoError(9, `unknown time unit value: ${value}`);
  return value;
}

/**
 * Adds so many units; days and longer units by the zone's calendar. A date beyond the end of a shorter month becomes
 * that month's last day.
 */
export function addUnits(utc: number, unit: string, amount: number, zone: Zone): Date {
  if (Object.hasOwn(MILLISECONDS, unit)) return dateOf(utc + amount * MILLISECONDS[unit], '$dateAdd overflowed');
  const local = localDate(utc, zone);
  if (Object.hasOwn(DAYS, unit)) return dateOf(fromLocal(zone, local.getTime() + amount * DAYS[unit] * DAY), '$dateAdd overflowed');
  const month = local.getUTCMonth() + amount * MONTHS[unit];
  const lastDay = new Date(utcOf(local.getUTCFullYear(), month + 1, 0)).getUTCDate();
  const day = utcOf(local.getUTCFullYear(), month, Math.min(local.getUTCDate(), lastDay));
  return dateOf(fromLocal(zone, day + (local.getTime() - Math.floor(local.getTime() / DAY) * DAY)), '$dateAdd overflowed');
}

function shift(name: string, { startDate, unit, amount, timezone }: Document, sign: 1 | -1): Value {
  if (nil(startDate) || nil(unit) || nil(amount) || timezone === null) return null;
  if (!isNumeric(amount) || !Number.isInteger(toNumber(amount))) throw new MongoError(5166405, `${name} expects integer amount of time units`);
  return addUnits(momentOf(startDate), unitOf(unit), sign * toNumber(amount), zoneOf(timezone));
}

const WEEK = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

function startOfWeek(value: Value): number {
  if (value === undefined) return 0;
  if (typeof value !== 'string') throw new MongoError(5439015, `startOfWeek must be a string, found ${typeName(value)}`);
  const found = WEEK.findIndex(day => day === value.toLowerCase() || day.slice(0, 3) === value.toLowerCase());
  if (found < 0) throw new MongoError(9, `unknown day of week value: ${value}`);
  return found;
}

const dayNumber = (local: number): number => Math.floor(local / DAY);
/** 1970-01-01 was a Thursday. */
const weekNumber = (local: number, first: number): number => Math.floor((dayNumber(local) + 4 - first) / 7);
const monthNumber = (local: Date): number => local.getUTCFullYear() * 12 + local.getUTCMonth();

/** How many boundaries of the unit lie between. */
function difference({ startDate, endDate, unit, timezone, startOfWeek: first }: Document): Value {
  if ([startDate, endDate, unit].some(nil) || timezone === null) return null;
  const [name, zone] = [unitOf(unit), zoneOf(timezone)];
  if (first === null && name === 'week') return null;
  const [from, to] = [momentOf(startDate), momentOf(endDate)];
  const [a, b] = [localDate(from, zone), localDate(to, zone)];
  if (Object.hasOwn(MILLISECONDS, name)) {
    const size = MILLISECONDS[name];
    // Changes of the clocks do not count as elapsed time.
    const clocks = zone.offsetAt(to) - zone.offsetAt(from);
    return Long.fromNumber(Math.floor((b.getTime() - clocks) / size) - Math.floor(a.getTime() / size));
  }
  if (name === 'day') return Long.fromNumber(dayNumber(b.getTime()) - dayNumber(a.getTime()));
  if (name === 'week') return Long.fromNumber(weekNumber(b.getTime(), startOfWeek(first)) - weekNumber(a.getTime(), startOfWeek(first)));
  const months = MONTHS[name];
  return Long.fromNumber(Math.floor(monthNumber(b) / months) - Math.floor(monthNumber(a) / months));
}

/** Bins are counted from the beginning of this day in the zone. */
const REFERENCE = Date.UTC(2000, 0, 1);
const MAX_BIN = 100_000_000_000;

function truncate({ date, unit, binSize = 1, timezone, startOfWeek: first }: Document): Value {
  if (nil(date) || nil(unit) || binSize === null || timezone === null) return null;
  const [name, zone] = [unitOf(unit), zoneOf(timezone)];
  if (first === null && name === 'week') return null;
  const size = isNumeric(binSize) ? toNumber(binSize) : NaN;
  if (!Number.isInteger(size)) throw new MongoError(5439017, `$dateTrunc requires 'binSize' to be a 64-bit integer, but got value '${typeName(binSize)}'`);
  if (size <= 0) throw new MongoError(5439018, `$dateTrunc requires 'binSize' to be greater than 0, but got value ${size}`);
  if (size > MAX_BIN) throw new MongoError(5439006, 'dateTrunc unsupported binSize value');
  const utc = momentOf(date);
  const local = localDate(utc, zone);
  const down = (value: number, bin: number) => Math.floor(value / bin) * bin;
  if (Object.hasOwn(MILLISECONDS, name)) {
    const bin = size * MILLISECONDS[name];
    return dateOf(utc - (local.getTime() - REFERENCE - down(local.getTime() - REFERENCE, bin)));
  }
  if (name === 'day') return dateOf(fromLocal(zone, REFERENCE + down(dayNumber(local.getTime()) - dayNumber(REFERENCE), size) * DAY));
  if (name === 'week') {
    // The first week of 2000 that begins on the day.
    const start = REFERENCE + (startOfWeek(first) - new Date(REFERENCE).getUTCDay() + 7) % 7 * DAY;
    return dateOf(fromLocal(zone, start + down(Math.floor((dayNumber(local.getTime()) - dayNumber(start)) / 7), size) * 7 * DAY));
  }
  const reference = 2000 * 12;
  return dateOf(fromLocal(zone, utcOf(2000, down(Math.floor((monthNumber(local) - reference) / MONTHS[name]), size) * MONTHS[name], 1)));
}
