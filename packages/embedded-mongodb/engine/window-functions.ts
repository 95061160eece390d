import { double, isDocument, newDocument } from '../bson';
import type { Document, Value } from '../bson';
import { MongoError } from '../errors';
import type { Collator } from './collation';
import { compileExpression } from './expression';
import type { Variables } from './expression';
import { isNumeric, toNumber } from './number';
import { compareSortKeys } from './sort';
import type { SortSpec } from './sort';
import type { Partition } from './stages-window';

/** A value for each document of a partition. */
export type WindowFunction = (partition: Partition, variables?: Variables) => Value[];

const nil = (value: Value): boolean => value === null || value === undefined;
const numberOf = (value: Value): number | undefined => (isNumeric(value) ? toNumber(value) : value instanceof Date ? value.getTime() : undefined);

/** Rank, dense rank and number of each document. */
function ranks(sort: SortSpec, kind: string): WindowFunction {
  return ({ keys }) => {
    let [rank, dense] = [0, 0];
    return keys.map((key, i) => {
      if (i === 0 || compareSortKeys(keys[i - 1], key, sort) !== 0) [rank, dense] = [i + 1, dense + 1];
      return kind === '$documentNumber' ? i + 1 : kind === '$rank' ? rank : dense;
    });
  };
}

function shift(operand: Value, collator?: Collator): WindowFunction {
  if (!isDocument(operand) || !('output' in operand) || !isNumeric(operand.by)) throw new MongoError(9, '$shift requires \'output\' and a \'by\' that is a number');
  const by = toNumber(operand.by);
  if (!Number.isInteger(by)) throw new MongoError(9, '\'$shift:by\' field must be an integer');
  const output = compileExpression(operand.output, collator);
  const otherwise = compileExpression(operand.default ?? null, collator)(newDocument());
  return ({ items }, variables) => items.map((_, i) => (items[i + by] ? output(items[i + by], variables) ?? null : otherwise));
}

/** The last value that was not null. */
function locf(operand: Value, collator?: Collator): WindowFunction {
  const expression = compileExpression(operand, collator);
  return ({ items }, variables) => {
    let last: Value = null;
    return items.map(item => {
      const value = expression(item, variables);
      if (!nil(value)) last = value;
      return last;
    });
  };
}

/** Interpolates nulls between two values. */
function linearFill(operand: Value, sort: SortSpec, collator?: Collator): WindowFunction {
  if (sort.length !== 1) throw new MongoError(605001, '$linearFill must be specified with a top level sortBy expression with exactly one element');
  const expression = compileExpression(operand, collator);
  return ({ items, keys }, variables) => {
    const values = items.map(item => expression(item, variables) ?? null);
    const place = keys.map(([key]) => numberOf(key) ?? NaN);
    let before = -1;
    values.forEach((value, i) => {
      if (value === null) return;
      const y = numberOf(value);
      if (!isNumeric(value) || y === undefined) throw new MongoError(14, 'Value to be filled must be numeric or nullish');
      const from = before < 0 ? undefined : numberOf(values[before]);
      for (let gap = before + 1; from !== undefined && gap < i; gap++) {
        values[gap] = double(from + (y - from) * (place[gap] - place[before]) / (place[i] - place[before]));
      }
      before = i;
    });
    return values;
  };
}

function expMovingAvg(operand: Value, collator?: Collator): WindowFunction {
  if (!isDocument(operand) || !('input' in operand) || ('N' in operand) === ('alpha' in operand)) throw new MongoError(9, '$expMovingAvg sub object must have exactly two fields: An \'input\' field, and either an \'N\' field or an \'alpha\' field');
  const given = operand.N ?? operand.alpha;
  const number = isNumeric(given) ? toNumber(given) : NaN;
  if ('N' in operand ? !(Number.isInteger(number) && number > 0) : !(number > 0 && number < 1)) throw new MongoError(9, '\'N\' must be an integer greater than zero, \'alpha\' between 0 and 1 (exclusive)');
  const weight = 'N' in operand ? 2 / (number + 1) : number;
  const input = compileExpression(operand.input, collator);
  return ({ items }, variables) => {
    let average: number | undefined;
    return items.map(item => {
      const value = input(item, variables);
      if (isNumeric(value)) average = average === undefined ? toNumber(value) : toNumber(value) * weight + average * (1 - weight);
      return average === undefined ? null : double(average);
    });
  };
}

const RANKS = ['$rank', '$denseRank', '$documentNumber'];

/**
 * Compiles a function of a whole partition; undefined for another operator. Throws MongoError 5371601 and the like
 * where a sort order is missing or a window given.
 */
export function compileRankFunction(operator: string, operand: Value, sort: SortSpec, windowed: boolean, collator?: Collator): WindowFunction | undefined {
  const compile = (): WindowFunction | undefined => {
    if (RANKS.includes(operator)) {
      if (!isDocument(operand) || Object.keys(operand as Document).length > 0) throw new MongoError(5371603, `${operator} must be specified with '{}' as the value`);
      if (operator !== '$documentNumber' && sort.length !== 1) throw new MongoError(5371602, `${operator} must be specified with a top level sortBy expression with exactly one element`);
      return ranks(sort, operator);
    }
    switch (operator) {
      case '$shift': return shift(operand, collator);
      case '$locf': return locf(operand, collator);
      case '$linearFill': return linearFill(operand, sort, collator);
      case '$expMovingAvg': return expMovingAvg(operand, collator);
      default: return undefined;
    }
  };
  const compiled = compile();
  if (!compiled) return undefined;
  if (windowed) throw new MongoError(5371601, `${operator} does not accept a 'window' field`);
  if (sort.length === 0 && operator !== '$locf') throw new MongoError(5371602, `${operator} requires a sortBy`);
  return compiled;
}
