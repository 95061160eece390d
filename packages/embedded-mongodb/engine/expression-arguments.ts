import { isDocument, newDocument } from '../bson';
import type { Document, Value } from '../bson';
import { MongoError } from '../errors';
import type { Expression, Variables } from './expression';
import { isNumeric, toNumber } from './number';
import { typeName } from './types';

export type Compile = (operand: Value) => Expression;

/** The named arguments of an operator, and MongoDB's codes for a wrong shape, an unknown one and a missing one. */
export interface Named { required: string[]; optional?: string[]; shape?: number; unknown?: number; missing?: number }

/** Compiles `{$operator: {name: expression, …}}`; returns the evaluated arguments, without absent ones. */
export function namedArguments(operator: string, operand: Value, spec: Named, compile: Compile): (root: Document, variables?: Variables) => Document {
  if (!isDocument(operand)) throw new MongoError(spec.shape ?? 9, `${operator} only supports an object as its argument`);
  for (const name of Object.keys(operand)) {
    if (!spec.required.includes(name) && !spec.optional?.includes(name)) throw new MongoError(spec.unknown ?? 9, `Unrecognized argument to ${operator}: ${name}`);
  }
  for (const name of spec.required) if (!(name in operand)) throw new MongoError(spec.missing ?? 9, `Missing '${name}' parameter to ${operator}`);
  const parts = Object.keys(operand).map(name => [name, compile(operand[name])] as const);
  return (root, variables) => {
    const values = newDocument();
    for (const [name, part] of parts) values[name] = part(root, variables) ?? null;
    return values;
  };
}

/** The number of results of `$firstN` and the like. Throws MongoError 5787902 or 5787908 for an invalid one. */
export function countOf(value: Value): number {
  if (!isNumeric(value) || !Number.isInteger(toNumber(value))) throw new MongoError(5787902, `Value for 'n' must be of integral type, but found ${typeName(value)}`);
  if (toNumber(value) <= 0) throw new MongoError(5787908, `'n' must be greater than 0, found ${toNumber(value)}`);
  return toNumber(value);
}
