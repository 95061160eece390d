import { isDocument, newDocument } from '../bson';
import type { Document, Value } from '../bson';
import { MongoError } from '../errors';
import type { Accumulator } from './accumulators';
import { sizeOf } from './budget';
import type { Collator } from './collation';
import { compare } from './compare';
import { compileExpression } from './expression';
import { countOf } from './expression-arguments';
import type { Expression, Variables } from './expression';
import { checkMethod, fractionsOf, measurable, percentiles } from './percentile';
import { compareSortKeys, parseSort, sortKey } from './sort';
import { typeName } from './types';

/** Makes the accumulators of a field: `n` may depend on the group's id. */
export interface Compiled { expression: Expression; factory: (id: Value, variables?: Variables) => Accumulator }

function argumentsOf(operator: string, operand: Value, names: string[], codes: { shape: number; unknown: number; missing: number }): Document {
  if (!isDocument(operand)) throw new MongoError(codes.shape, `specification must be an object; found ${operator}: ${typeName(operand)}`);
  for (const name of Object.keys(operand)) if (!names.includes(name)) throw new MongoError(codes.unknown, `Unknown argument for '${operator}' operator: ${name}`);
  for (const name of names) if (!(name in operand)) throw new MongoError(codes.missing, `Missing value for '${name}'`);
  return operand;
}

/** Keeps up to `n` values in order. Later values come after equal ones; of too many, one at the end is dropped. */
function ordered(n: number, order: (a: Entry, b: Entry) => number, drop: 'first' | 'last', takes: (value: Value) => boolean, sortKeyOf: (value: Value, root: Document) => Value[]): Accumulator {
  const kept: Entry[] = [];
  const self: Accumulator = { grown: 0, add: (value, root) => {
    self.grown = 0;
    if (!takes(value)) return;
    const entry = { value: value ?? null, key: sortKeyOf(value, root) };
    let [low, high] = [0, kept.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (order(kept[middle], entry) <= 0) low = middle + 1;
      else high = middle;
    }
    kept.splice(low, 0, entry);
    const gone = kept.length > n ? drop === 'last' ? kept.pop() : kept.shift() : undefined;
    self.grown = sizeOf(entry.value) - (gone ? sizeOf(gone.value) : 0);
  }, result: () => kept.map(({ value }) => value) };
  return self;
}

interface Entry { value: Value; key: Value[] }

const N = { shape: 5787900, unknown: 5787901, missing: 5787906 };

/** `$firstN`, `$lastN`, `$minN`, `$maxN` */
function byInput(operator: string, operand: Value, collator?: Collator): Compiled {
  const { input, n } = argumentsOf(operator, operand, ['input', 'n'], N);
  const count = compileExpression(n, collator);
  const noKey = (): Value[] => [];
  const factory = (id: Value, variables?: Variables): Accumulator => {
    const most = countOf(count(isDocument(id) ? id : newDocument(), variables));
    const order = (direction: 1 | -1) => (a: Entry, b: Entry) => compare(a.value, b.value, collator) * direction;
    const present = (value: Value) => value !== undefined && value !== null;
    switch (operator) {
      case '$firstN': return firstOnes(most);
      case '$lastN': return ordered(most, () => 0, 'first', () => true, noKey);
      default: return ordered(most, order(operator === '$minN' ? 1 : -1), 'last', present, noKey);
    }
  };
  return { expression: compileExpression(input, collator), factory };
}

function firstOnes(n: number): Accumulator {
  const kept: Value[] = [];
  const self: Accumulator = { grown: 0, add: value => {
    self.grown = kept.length < n ? sizeOf(value) : 0;
    if (kept.length < n) kept.push(value ?? null);
  }, result: () => kept };
  return self;
}

const TOP = { shape: 5788001, unknown: 5788002, missing: 5788004 };

/** `$top`, `$bottom`, `$topN`, `$bottomN`: by a sort order of their own. */
function bySort(operator: string, operand: Value, collator?: Collator): Compiled {
  const single = !operator.endsWith('N');
  const { sortBy, output, n } = argumentsOf(operator, operand, single ? ['sortBy', 'output'] : ['n', 'sortBy', 'output'], TOP);
  if (!isDocument(sortBy)) throw new MongoError(10065, `invalid parameter: expected an object (sortBy) for ${operator}`);
  const spec = parseSort(sortBy, collator);
  const count = single ? undefined : compileExpression(n, collator);
  return { expression: compileExpression(output, collator), factory: (id, variables) => {
    const most = count ? countOf(count(isDocument(id) ? id : newDocument(), variables)) : 1;
    const kept = ordered(most, (a, b) => compareSortKeys(a.key, b.key, spec), operator.startsWith('$top') ? 'last' : 'first', () => true, (_value, root) => sortKey(root, spec));
    if (!single) return kept;
    const { add, result } = kept;
    return Object.assign(kept, { add, result: () => (result() as Value[])[0] ?? null });
  } };
}

/** `$median` and `$percentile` */
function byRank(operator: string, operand: Value, collator?: Collator): Compiled {
  const median = operator === '$median';
  const { input, p, method } = argumentsOf(operator, operand, median ? ['input', 'method'] : ['input', 'p', 'method'], { shape: 7436100, unknown: 40415, missing: 40414 });
  checkMethod(method);
  const fractions = median ? [0.5] : fractionsOf(compileExpression(p, collator)(newDocument()));
  return { expression: compileExpression(input, collator), factory: () => {
    const numbers: number[] = [];
    return { grown: 8, add: value => {
      const number = measurable(value);
      if (number !== undefined) numbers.push(number);
    }, result: () => {
      const found = percentiles(numbers, fractions);
      return median ? found[0] : found;
    } };
  } };
}

const COMPILERS: Record<string, (operator: string, operand: Value, collator?: Collator) => Compiled> = {
  $firstN: byInput, $lastN: byInput, $minN: byInput, $maxN: byInput, $top: bySort, $bottom: bySort, $topN: bySort, $bottomN: bySort, $median: byRank, $percentile: byRank,
};

/** Accumulators with named arguments; undefined for another operator. Throws MongoError as MongoDB does for wrong arguments. */
export function compileNamedAccumulator(operator: string, operand: Value, collator?: Collator): Compiled | undefined {
  return Object.hasOwn(COMPILERS, operator) ? COMPILERS[operator](operator, operand, collator) : undefined;
}
