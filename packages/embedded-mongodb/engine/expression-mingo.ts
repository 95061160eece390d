import { Decimal128, Double, Long } from 'bson';
// Not from 'mingo' itself, which loads 300 files for these.
import { Context, evalExpr } from 'mingo/core';
import arithmetic = require('mingo/operators/expression/arithmetic');
import bitwise = require('mingo/operators/expression/bitwise');
import misc = require('mingo/operators/expression/misc');
import trigonometry = require('mingo/operators/expression/trignometry');
import { double } from '../bson';
import type { Value } from '../bson';
import { MongoError } from '../errors';
import type { Expression } from './expression';
import { toNumber } from './number';

/** Operators on doubles and on bits, whose semantics are mingo's. */
const NAMES = new Set(`
  $exp $ln $log $log10 $sqrt $sin $cos $tan $asin $acos $atan $atan2 $degreesToRadians $radiansToDegrees $rand
  $bitAnd $bitOr $bitXor $bitNot
`.trim().split(/\s+/));

const OPTIONS = { context: Context.init({ expression: { ...arithmetic, ...bitwise, ...misc, ...trigonometry } }), scriptEnabled: false };

export const isDelegated = (name: string): boolean => NAMES.has(name);

/** Evaluates the arguments itself and calls mingo's operator. Throws MongoError 2 when mingo refuses them. */
export function delegated(name: string, operand: Value, compile: (operand: Value) => Expression): Expression {
  const parts: Expression[] = [];
  const place = (value: Value): string => `$v${parts.push(compile(value)) - 1}`;
  const shape = name === '$rand' ? {} : Array.isArray(operand) ? operand.map(place) : place(operand);
  const expression = { [name]: shape };
  return (root, variables) => {
    const values: Record<string, unknown> = {};
    parts.forEach((part, i) => {
      const value = part(root, variables);
      if (value !== undefined) values[`v${i}`] = toMingo(value);
    });
    try {
      const result = evalExpr(values, expression, OPTIONS) as Value;
      return typeof result === 'number' && !name.startsWith('$bit') ? double(result) : result;
    } catch (error) {
      throw new MongoError(2, `${name}: ${(error as Error).message}`);
    }
  };
}

function toMingo(value: Value): unknown {
  return value instanceof Double || value instanceof Long || value instanceof Decimal128 ? toNumber(value) : value;
}
