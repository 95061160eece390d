import { isDocument, newDocument } from '../bson';
import type { Document, Value } from '../bson';
import { MongoError } from '../errors';
import { truthy } from './match';
import type { Expression, Variables } from './expression';
import type { Compile } from './expression-arguments';

type Lambda = (operand: Document, compile: Compile) => Expression;

function bind(variables: Variables | undefined, bound: [string, Value][]): Variables {
  const result = newDocument();
  for (const name in variables) result[name] = variables[name];
  for (const [name, value] of bound) result[name] = value;
  return result;
}

function required(operand: Document, operator: string, names: string[], optional: string[] = []): void {
  for (const name of Object.keys(operand)) if (!names.includes(name) && !optional.includes(name)) throw new MongoError(9, `Unrecognized argument to ${operator}: ${name}`);
  for (const name of names) if (!(name in operand)) throw new MongoError(9, `Missing '${name}' parameter to ${operator}`);
}

function listOf(value: Value, operator: string): Value[] | null {
  if (value === undefined || value === null) return null;
  if (!Array.isArray(value)) throw new MongoError(28651, `input to ${operator} must be an array`);
  return value;
}

/** Operators that evaluate a part of their operand with variables, or not at all. */
export const LAMBDAS: Record<string, Lambda> = {
  $let: (operand, compile) => {
    required(operand, '$let', ['vars', 'in']);
    if (!isDocument(operand.vars)) throw new MongoError(10065, 'invalid parameter: expected an object (vars)');
    const vars = Object.entries(operand.vars).map(([name, value]) => [name, compile(value)] as const);
    const inner = compile(operand.in);
    return (root, variables) => inner(root, bind(variables, vars.map(([name, value]) => [name, value(root, variables)])));
  },
  $map: (operand, compile) => {
    required(operand, '$map', ['input', 'in'], ['as']);
    const [input, inner, name] = [compile(operand.input), compile(operand.in), String(operand.as ?? 'this')];
    return (root, variables) => listOf(input(root, variables), '$map')?.map(item => inner(root, bind(variables, [[name, item]])) ?? null) ?? null;
  },
  $filter: (operand, compile) => {
    required(operand, '$filter', ['input', 'cond'], ['as', 'limit']);
    const [input, condition, name] = [compile(operand.input), compile(operand.cond), String(operand.as ?? 'this')];
    const limit = compile(operand.limit ?? null);
    return (root, variables) => {
      const list = listOf(input(root, variables), '$filter');
      const most = limit(root, variables);
      return list?.filter(item => truthy(condition(root, bind(variables, [[name, item]])))).slice(0, most === null ? Infinity : Number(most)) ?? null;
    };
  },
  $reduce: (operand, compile) => {
    required(operand, '$reduce', ['input', 'initialValue', 'in']);
    const [input, initial, inner] = [compile(operand.input), compile(operand.initialValue), compile(operand.in)];
    return (root, variables) => {
      const list = listOf(input(root, variables), '$reduce');
      return list ? list.reduce((value, item) => inner(root, bind(variables, [['value', value], ['this', item]])), initial(root, variables)) : null;
    };
  },
  $switch: (operand, compile) => {
    required(operand, '$switch', ['branches'], ['default']);
    if (!Array.isArray(operand.branches) || operand.branches.length === 0) throw new MongoError(40068, '$switch requires at least one branch.');
    const branches = operand.branches.map(branch => {
      if (!isDocument(branch)) throw new MongoError(40062, '$switch expected each branch to be an object');
      required(branch, '$switch', ['case', 'then']);
      return { when: compile(branch.case), then: compile(branch.then) };
    });
    const otherwise = 'default' in operand ? compile(operand.default) : undefined;
    return (root, variables) => {
      const taken = branches.find(({ when }) => truthy(when(root, variables)))?.then ?? otherwise;
      if (!taken) throw new MongoError(40066, '$switch could not find a matching branch for an input, and no default was specified.');
      return taken(root, variables);
    };
  },
  $cond: (operand, compile) => {
    required(operand, '$cond', ['if', 'then', 'else']);
    const [condition, then, otherwise] = [compile(operand.if), compile(operand.then), compile(operand.else)];
    return (root, variables) => (truthy(condition(root, variables)) ? then : otherwise)(root, variables);
  },
  $getField: (operand, compile) => {
    const [input, name] = [compile('input' in operand ? operand.input : '$$CURRENT'), operand.field];
    if (typeof name !== 'string') throw new MongoError(5654602, '$getField requires \'field\' to evaluate to a constant string');
    return (root, variables) => {
      const value = input(root, variables);
      return isDocument(value) ? value[name] : undefined;
    };
  },
};

/** Compiles one of `LAMBDAS`; short forms are expanded first. */
export function evaluateLambda(name: string, operand: Value, compile: Compile): Expression {
  const long = name === '$cond' && Array.isArray(operand) && operand.length === 3 ? { if: operand[0], then: operand[1], else: operand[2] }
    : name === '$getField' && typeof operand === 'string' ? { field: operand } : operand;
  if (typeof long !== 'object' || long === null || Array.isArray(long)) throw new MongoError(16020, `${name} only supports an object as its argument`);
  return LAMBDAS[name](long as Document, compile);
}
