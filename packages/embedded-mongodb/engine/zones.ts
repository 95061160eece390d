import type { Value } from '../bson';
import { MongoError } from '../errors';
import { typeName } from './types';

/** A time zone; all in milliseconds. */
export interface Zone {
  /** The offset to add to UTC at this moment. */
  offsetAt(utc: number): number;
}

const MINUTE = 60_000;
/** Since the beginning of this year, zones change their offset only at quarters of an hour. */
const REGULAR_SINCE = Date.UTC(1973, 0, 1);
const QUARTER = 15 * MINUTE;
/** The range of a formatter. */
const MAX_DATE = 8.64e15;
const MAX_ZONES = 100;
const MAX_OFFSETS = 5000;

const fixed = (offset: number): Zone => ({ offsetAt: () => offset });
export const UTC = fixed(0);

/** A zone of the time zone database. Its formatter costs 100 µs to make, so the formatter and its results are kept. */
class NamedZone implements Zone {
  private readonly offsets = new Map<number, number>();

  constructor(private readonly formatter: Intl.DateTimeFormat) {}

  offsetAt(utc: number): number {
    if (utc < REGULAR_SINCE) return this.ask(utc);
    const quarter = Math.floor(utc / QUARTER);
    let offset = this.offsets.get(quarter);
    if (offset === undefined) {
      offset = this.ask(quarter * QUARTER);
      if (this.offsets.size >= MAX_OFFSETS) this.offsets.clear();
      this.offsets.set(quarter, offset);
    }
    return offset;
  }

  /** From "…, GMT+08:00"; "GMT" alone for an offset of 0. */
  private ask(utc: number): number {
    const parts = /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(this.formatter.format(Math.max(-MAX_DATE, Math.min(MAX_DATE, utc)) || 0));
    if (!parts) return 0;
    const [, sign, hours, minutes, seconds = '0'] = parts;
    return (sign === '-' ? -1 : 1) * ((Number(hours) * 60 + Number(minutes)) * MINUTE + Number(seconds) * 1000);
  }
}

const zones = new Map<string, Zone>([['UTC', UTC], ['GMT', UTC], ['Z', UTC]]);

/**
 * The zone of an Olson identifier or an offset (`+08`, `+0800`, `+08:00`). Throws MongoError 40517 for a value other
 * than a string and 40485 for an unknown zone.
 * https://www.mongodb.com/docs/manual/reference/operator/aggregation/dateToString/
 */
export function zoneOf(value: Value): Zone {
  if (value === undefined) return UTC;
  if (typeof value !== 'string') throw new MongoError(40517, `timezone must evaluate to a string, found ${typeName(value)}`);
  const known = zones.get(value);
  if (known) return known;
  const offset = /^([+-])(\d\d):?(\d\d)?$/.exec(value);
  const zone = offset ? fixed((offset[1] === '-' ? -1 : 1) * (Number(offset[2]) * 60 + Number(offset[3] ?? 0)) * MINUTE) : namedZone(value);
  if (zones.size >= MAX_ZONES) for (const [name, other] of zones) if (other !== UTC) zones.delete(name);
  zones.set(value, zone);
  return zone;
}

function namedZone(name: string): Zone {
  try {
    return new NamedZone(new Intl.DateTimeFormat('en-US', { timeZone: name, year: 'numeric', timeZoneName: 'longOffset' }));
  } catch {
    throw new MongoError(40485, `unrecognized time zone identifier: "${name}"`);
  }
}

/**
 * The moment at which the zone's clocks show `local`; of two, the earlier; of none (clocks go forward), by the offset
 * before the change.
 */
export function fromLocal(zone: Zone, local: number): number {
  const before = zone.offsetAt(local - 24 * 60 * MINUTE);
  const after = zone.offsetAt(local + 24 * 60 * MINUTE);
  return zone.offsetAt(local - before) === before || zone.offsetAt(local - after) !== after ? local - before : local - after;
}
