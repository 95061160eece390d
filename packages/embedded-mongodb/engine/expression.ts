import { isDocument, newDocument } from '../bson';
import type { Document, Value } from '../bson';
import { MongoError } from '../errors';
import type { Collator } from './collation';
import { compileDateOperator, isDateOperator } from './expression-dates';
import { delegated, isDelegated } from './expression-mingo';
import { OPERATORS } from './expression-operators';
import { evaluateLambda, LAMBDAS } from './expression-lambdas';
import { compileStringOperator, isNamedStringOperator } from './expression-strings';

/** Variables of `$let`, `let` and the like: names without `$$`. */
export type Variables = Document;
/** Returns the expression's value for a document; undefined stands for "missing". */
export type Expression = (root: Document, variables?: Variables) => Value;

/**
 * Compiles an aggregation expression. Throws MongoError 168 (InvalidPipelineOperator) for an unknown operator, 16872 and
 * the like for bad paths. Strings are compared by `collator`, else by their bytes.
 * https://www.mongodb.com/docs/manual/reference/operator/aggregation/
 */
export function compileExpression(operand: Value, collator?: Collator): Expression {
  if (typeof operand === 'string' && operand.startsWith('$')) return operand.startsWith('$$') ? variable(operand) : fieldPath(operand.slice(1));
  if (Array.isArray(operand)) {
    const items = operand.map(item => compileExpression(item, collator));
    return (root, variables) => items.map(item => item(root, variables) ?? null);
  }
  if (!isDocument(operand)) return () => operand;
  const names = Object.keys(operand);
  if (!names[0]?.startsWith('$')) return compileObject(operand, names, collator);
  if (names.length > 1) throw new MongoError(15983, `an object representing an expression must have exactly one field: ${names.join(', ')}`);
  return compileOperator(names[0], operand[names[0]], collator);
}

function compileObject(operand: Document, names: string[], collator?: Collator): Expression {
  const fields = names.map(name => [name, compileExpression(operand[name], collator)] as const);
  return (root, variables) => {
    const result = newDocument();
    for (const [name, expression] of fields) {
      const value = expression(root, variables);
      if (value !== undefined) result[name] = value;
    }
    return result;
  };
}

function compileOperator(name: string, operand: Value, collator?: Collator): Expression {
  if (name === '$literal' || name === '$const') return () => operand;
  const compile = (value: Value) => compileExpression(value, collator);
  if (Object.hasOwn(LAMBDAS, name)) return evaluateLambda(name, operand, compile);
  if (isDateOperator(name)) return compileDateOperator(name, operand, compile);
  if (isNamedStringOperator(name)) return compileStringOperator(name, operand, compile);
  const operator = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined;
  if (!operator) {
    if (isDelegated(name)) return delegated(name, operand, compile);
    throw new MongoError(168, `Unrecognized expression '${name}'`);
  }
  const { evaluate, least = 0, most = Infinity } = operator;
  const items = (Array.isArray(operand) ? operand : [operand]).map(compile);
  if (items.length < least || items.length > most) {
    throw new MongoError(16020, `Expression ${name} takes ${least === most ? `exactly ${least}` : `at least ${least}, and at most ${most},`} arguments. ${items.length} were passed in.`);
  }
  return (root, variables) => evaluate(items.map(item => () => item(root, variables)), collator);
}

/** `$a.b`: through arrays, a list of their documents' values. https://www.mongodb.com/docs/manual/core/field-paths/ */
export function fieldPath(path: string): Expression {
  const parts = checkFieldPath(path);
  if (parts.length === 1) return root => root[parts[0]];
  return root => follow(root, parts, 0);
}

/** Throws MongoError 16410, 15998 or 40353 for an invalid path. */
export function checkFieldPath(path: string): string[] {
  const parts = path.split('.');
  for (const part of parts) {
    if (part === '') throw new MongoError(path === '' ? 16872 : 15998, path === '' ? '\'$\' by itself is not a valid FieldPath' : 'FieldPath field names may not be empty strings.');
    if (part.startsWith('$')) throw new MongoError(16410, 'FieldPath field names may not start with \'$\'. Consider using $getField or $setField.');
  }
  return parts;
}

function follow(value: Value, parts: string[], at: number): Value {
  if (at === parts.length) return value;
  if (isDocument(value)) return follow(value[parts[at]], parts, at + 1);
  if (!Array.isArray(value)) return undefined;
  const found: Value[] = [];
  for (const element of value) {
    const inner = isDocument(element) || Array.isArray(element) ? follow(element, parts, at) : undefined;
    if (inner !== undefined) found.push(inner);
  }
  return found;
}

function variable(text: string): Expression {
  const [name, ...rest] = text.slice(2).split('.');
  const at = (value: Value) => follow(value, rest, 0);
  switch (name) {
    case 'ROOT': case 'CURRENT': return root => at(root);
    case 'REMOVE': return () => undefined;
    case 'NOW': return (_root, variables) => at(variables?.NOW ?? new Date());
    default:
  }
  if (!/^[a-z\u0080-\uffff]/.test(name)) throw new MongoError(17276, `Use of undefined variable: ${name}`);
  return (_root, variables) => {
    if (!variables || !(name in variables)) throw new MongoError(17276, `Use of undefined variable: ${name}`);
    return at(variables[name]);
  };
}
