import type { PushRecord, PushValue } from './message';

/**
 * A record that every MongoDB stores as it is: servers before 5.0 refuse keys that begin with `$` or hold a dot, so
 * these characters become their full-width twins. WeChat uses neither.
 */
export function storable(record: PushRecord): PushRecord {
  const result: PushRecord = {};
  for (const [key, value] of Object.entries(record)) {
    result[/[$.]/.test(key) ? key.replaceAll('$', '＄').replaceAll('.', '．') : key] = storableValue(value);
  }
  return result;
}

function storableValue(value: PushValue): PushValue {
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? value.map(storableValue) : storable(value);
}
