import type { PushRecord, PushValue } from './message';

/**
 * A record that every MongoDB stores unchanged: servers before 5.0 refuse keys that begin with `$` or hold a dot, so
 * these characters become their full-width twins. WeChat uses neither.
 * @return the record itself where nothing needs a change
 */
export function storable(record: PushRecord): PushRecord {
  if (Object.keys(record).every(key => isStorable(key) && typeof record[key] === 'string')) return record;
  const result: PushRecord = {};
  for (const [key, value] of Object.entries(record)) {
    result[isStorable(key) ? key : key.replaceAll('$', '＄').replaceAll('.', '．')] = storableValue(value);
  }
  return result;
}

function isStorable(key: string): boolean {
  return !key.includes('$') && !key.includes('.');
}

function storableValue(value: PushValue): PushValue {
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? value.map(storableValue) : storable(value);
}
