import { Decimal128, Double, Long, Timestamp } from 'bson';
import { double } from '../bson';
import type { Value } from '../bson';
import { MongoError } from '../errors';

export type Numeric = number | Double | Long | Decimal128;

export function isNumeric(value: Value): value is Numeric {
  return typeof value === 'number' || value instanceof Double || value instanceof Decimal128 || value instanceof Long && !(value instanceof Timestamp);
}

export const isInt32 = (value: Value): value is number => typeof value === 'number' && value === (value | 0) && !Object.is(value, -0);
export const isDouble = (value: Value): boolean => value instanceof Double || typeof value === 'number' && !isInt32(value);

/** The nearest double. */
export function toNumber(value: Numeric): number {
  if (typeof value === 'number') return value;
  if (value instanceof Double) return value.value;
  return value instanceof Long ? value.toNumber() : decimalToNumber(value);
}

function decimalToNumber(value: Decimal128): number {
  const text = value.toString();
  return text.includes('Inf') ? (text.startsWith('-') ? -Infinity : Infinity) : Number(text);
}

/** The exact value as a fraction; null when it is not finite. */
function fraction(value: Numeric): [bigint, bigint] | null {
  if (value instanceof Long) return [value.toBigInt(), 1n];
  if (value instanceof Decimal128) return decimalFraction(value.toString());
  let n = toNumber(value);
  if (!Number.isFinite(n)) return null;
  let denominator = 1n;
  while (!Number.isInteger(n)) {
    n *= 2;
    denominator *= 2n;
  }
  return [BigInt(n), denominator];
}

function decimalFraction(text: string): [bigint, bigint] | null {
  const parts = /^(-?)(\d+)(?:\.(\d+))?(?:E([+-]?\d+))?$/.exec(text);
  if (!parts) return null;
  const [, sign, whole, decimals = '', exponent = '0'] = parts;
  const scale = Number(exponent) - decimals.length;
  const digits = BigInt(`${sign}${whole}${decimals}`);
  return scale >= 0 ? [digits * 10n ** BigInt(scale), 1n] : [digits, 10n ** BigInt(-scale)];
}

/** The whole part, exactly; null when it is not finite. */
export function wholePart(value: Numeric): bigint | null {
  const parts = fraction(value);
  return parts && parts[0] / parts[1];
}

/** Orders numbers of any BSON type by value; NaN comes first and equals itself. */
export function compareNumbers(a: Numeric, b: Numeric): number {
  const x = toNumber(a);
  const y = toNumber(b);
  if (x !== y) {
    if (Number.isNaN(x)) return Number.isNaN(y) ? 0 : -1;
    if (Number.isNaN(y)) return 1;
    return x < y ? -1 : 1;
  }
  if ((typeof a === 'number' || a instanceof Double) && (typeof b === 'number' || b instanceof Double)) return 0;
  const p = fraction(a);
  const q = fraction(b);
  if (!p || !q) return 0;
  const left = p[0] * q[1];
  const right = q[0] * p[1];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The difference between a number and its nearest double: its sign for a Decimal128, its value for an int64. */
export function residue(value: Numeric): number {
  if (value instanceof Long) return Number(value.toBigInt() - BigInt(value.toNumber()));
  return value instanceof Decimal128 ? compareNumbers(value, toNumber(value)) : 0;
}

/** NaN or an infinity. */
export const specialDecimal = (value: number): Decimal128 => Decimal128.fromString(Number.isNaN(value) ? 'NaN' : value < 0 ? '-Infinity' : 'Infinity');

/**
 * `a + b` or `a * b` with MongoDB's type rules: int32 grows to int64, int64 overflow is an error (code 2), a double
 * makes doubles, a Decimal128 makes decimals.
 * https://www.mongodb.com/docs/manual/reference/operator/update/inc/
 * @param widening an int64 overflow becomes a double, as in expressions
 */
export function arithmetic(op: '+' | '*', a: Numeric, b: Numeric, widening = false): Numeric {
  if (a instanceof Decimal128 || b instanceof Decimal128) return decimalArithmetic(op, a, b);
  if (isDouble(a) || isDouble(b)) return double(op === '+' ? toNumber(a) + toNumber(b) : toNumber(a) * toNumber(b));
  const long = a instanceof Long || b instanceof Long;
  const [x, y] = [fraction(a)?.[0] ?? 0n, fraction(b)?.[0] ?? 0n];
  const exact = op === '+' ? x + y : x * y;
  if (!long && exact >= -0x80000000n && exact <= 0x7fffffffn) return Number(exact);
  if (BigInt.asIntN(64, exact) !== exact) {
    if (widening) return double(Number(exact));
    throw new MongoError(2, 'Failed to apply $' + (op === '+' ? 'inc' : 'mul') + ' operations to current value: the result would overflow a 64-bit integer');
  }
  return Long.fromBigInt(exact);
}

function decimalArithmetic(op: '+' | '*', a: Numeric, b: Numeric): Decimal128 {
  const [p, q] = [decimalParts(a), decimalParts(b)];
  if (!p || !q) {
    const n = op === '+' ? toNumber(a) + toNumber(b) : toNumber(a) * toNumber(b);
    return specialDecimal(n);
  }
  if (op === '*') return toDecimal(p[0] * q[0], p[1] + q[1]);
  const exponent = Math.min(p[1], q[1]);
  return toDecimal(p[0] * 10n ** BigInt(p[1] - exponent) + q[0] * 10n ** BigInt(q[1] - exponent), exponent);
}

function decimalParts(value: Numeric): [bigint, number] | null {
  const text = value instanceof Decimal128 || value instanceof Long ? value.toString() : String(Number(toNumber(value).toPrecision(15)));
  const parts = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(text);
  if (!parts) return null;
  const [, sign, whole, decimals = '', exponent = '0'] = parts;
  return [BigInt(`${sign}${whole}${decimals}`), Number(exponent) - decimals.length];
}

/** `a / b` to 34 digits, without trailing zeros that the operands do not have. */
export function divideDecimals(a: Numeric, b: Numeric): Decimal128 {
  const [p, q] = [decimalParts(a), decimalParts(b)];
  if (!p || !q || q[0] === 0n) return specialDecimal(toNumber(a) / toNumber(b));
  const ideal = p[1] - q[1];
  const scale = Math.max(0, 40 + String(q[0]).length - String(p[0]).length);
  let digits = p[0] * 10n ** BigInt(scale) / q[0];
  let exponent = ideal - scale;
  while (exponent < ideal && digits !== 0n && digits % 10n === 0n) [digits, exponent] = [digits / 10n, exponent + 1];
  return toDecimal(digits, digits === 0n ? ideal : exponent);
}

export type Rounding = 'ceil' | 'floor' | 'trunc' | 'round';

/** Rounds to so many places after the point; half goes to the even neighbour. */
export function roundDecimal(value: Decimal128, place: number, rounding: Rounding): Decimal128 {
  const parts = decimalParts(value);
  if (!parts || parts[1] >= -place) return value;
  const unit = 10n ** BigInt(-place - parts[1]);
  const whole = parts[0] / unit;
  const rest = parts[0] % unit;
  const twice = 2n * (rest < 0n ? -rest : rest);
  const away = rounding === 'round' ? twice > unit || twice === unit && whole % 2n !== 0n : rounding === 'ceil' ? rest > 0n : rounding === 'floor' ? rest < 0n : false;
  return toDecimal(away ? whole + (parts[0] < 0n ? -1n : 1n) : whole, -place);
}

/** The greatest number of digits before the point of a Decimal128. */
const MAX_DECIMAL_DIGITS = 6145;

/** As in IEEE 754, an overflow is infinity and an underflow zero. */
function toDecimal(digits: bigint, exponent: number): Decimal128 {
  const length = String(digits < 0n ? -digits : digits).length + exponent;
  if (digits !== 0n && length > MAX_DECIMAL_DIGITS) return specialDecimal(digits < 0n ? -1 : 1);
  try {
    return Decimal128.fromStringWithRounding(`${digits}E${exponent}`);
  } catch {
    return length > 0 && digits !== 0n ? specialDecimal(digits < 0n ? -1 : 1) : Decimal128.fromString('0');
  }
}
