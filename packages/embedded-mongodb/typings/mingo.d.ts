/**
 * The used parts of mingo. TypeScript finds their own types by package.json's `exports`, which this project's way of
 * resolving modules does not read. https://github.com/kofrasa/mingo/tree/7.2.6/src/operators/expression
 */
declare module 'mingo/core' {
  type Operators = Record<string, (values: object, operand: unknown, options: object) => unknown>;

  export class Context {
    static init(operators: { expression: Operators }): Context;
  }

  interface Options {
    context: Context;
    scriptEnabled: boolean;
  }

  /** The value of an expression for an object. */
  export function evalExpr(values: object, expression: unknown, options: Options): unknown;
}

declare module 'mingo/operators/expression/*' {
  import type { Operators } from 'mingo/core';

  const operators: Operators;
  export = operators;
}
