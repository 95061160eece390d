import { BSONRegExp, Decimal128, Double, Long } from 'bson';
import { Aggregator } from 'mingo';
import { double, isDocument, newDocument } from '../bson';
import type { Document, Value } from '../bson';
import { MongoError } from '../errors';
import type { Expression } from './expression';
import { toNumber } from './number';
import { compileRegex } from './regex';

/** Operators on dates, strings and doubles whose semantics are mingo's. */
const NAMES = new Set(`
  $dateToString $dateFromString $dateFromParts $dateToParts $dateDiff $dateTrunc $year $month $week $dayOfMonth $dayOfWeek $dayOfYear
  $hour $minute $second $millisecond $isoDayOfWeek $isoWeek
  $split $substr $substrBytes $substrCP $strLenBytes $strLenCP $strcasecmp $trim $ltrim $rtrim $indexOfBytes $replaceOne $replaceAll
  $regexFind $regexFindAll $regexMatch
  $exp $ln $log $log10 $pow $sqrt $sin $cos $tan $asin $acos $atan $atan2 $degreesToRadians $radiansToDegrees $bitAnd $bitOr $bitXor $bitNot $rand
`.trim().split(/\s+/));

/** Operators whose results are doubles even when they are whole. */
const DOUBLES = new Set(['$exp', '$ln', '$log', '$log10', '$sqrt', '$sin', '$cos', '$tan', '$asin', '$acos', '$atan', '$atan2', '$degreesToRadians', '$radiansToDegrees', '$rand']);

export const isDelegated = (name: string): boolean => NAMES.has(name);

/** Evaluates the arguments itself and has mingo do the operator. Throws MongoError 2 for what mingo refuses. */
export function delegated(name: string, operand: Value, compile: (operand: Value) => Expression): Expression {
  const parts: Expression[] = [];
  const place = (value: Value): string => `$v${parts.push(compile(value)) - 1}`;
  const byName = isDocument(operand) && !Object.keys(operand)[0]?.startsWith('$');
  const shape = byName ? Object.fromEntries(Object.entries(operand).map(([key, value]) => [key, place(value)]))
    : Array.isArray(operand) ? operand.map(place) : place(operand);
  const mingo = new Aggregator([{ $replaceWith: { result: { [name]: shape } } }], { scriptEnabled: false });
  return (root, variables) => {
    const values: Record<string, unknown> = {};
    parts.forEach((part, i) => {
      const value = part(root, variables);
      if (value !== undefined) values[`v${i}`] = toMingo(value);
    });
    if (name === '$dateToString' && /%[bBGV]/.test(formatOf(values, shape))) throw new MongoError(2, 'the formats %b, %B, %G and %V are not supported');
    try {
      const result = fromMingo(mingo.run<{ result: unknown }>([values])[0].result);
      return DOUBLES.has(name) && typeof result === 'number' ? double(result) : result;
    } catch (error) {
      if (error instanceof MongoError) throw error;
      throw new MongoError(2, `${name}: ${(error as Error).message}`);
    }
  };
}

/** The format that `$dateToString` is given. */
function formatOf(values: Record<string, unknown>, shape: unknown): string {
  const place = typeof shape === 'object' && shape !== null && 'format' in shape ? String(shape.format).slice(1) : '';
  return String(values[place] ?? '');
}

function toMingo(value: Value): unknown {
  if (value instanceof Double || value instanceof Long || value instanceof Decimal128) return toNumber(value);
  if (value instanceof Date) return new Date(value);
  if (value instanceof BSONRegExp) return compileRegex(value.pattern, value.options);
  if (Array.isArray(value)) return value.map(toMingo);
  if (!isDocument(value)) return value;
  const plain: Record<string, unknown> = {};
  for (const name in value) Object.defineProperty(plain, name, { value: toMingo(value[name]), enumerable: true, configurable: true, writable: true });
  return plain;
}

function fromMingo(value: unknown): Value {
  if (Array.isArray(value)) return value.map(fromMingo);
  if (value === null || typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) return value as Value;
  const document: Document = newDocument();
  for (const [name, field] of Object.entries(value)) document[name] = fromMingo(field);
  return document;
}
