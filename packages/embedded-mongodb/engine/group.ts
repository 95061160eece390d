import { isDocument, newDocument } from '../bson';
import type { Document, Value } from '../bson';
import { MongoError } from '../errors';
import { ACCUMULATORS, groupKey } from './accumulators';
import type { Accumulator } from './accumulators';
import { compileNamedAccumulator } from './accumulators-n';
import type { Compiled } from './accumulators-n';
import { Budget, sizeOf } from './budget';
import { Representatives } from './collation';
import type { Collator } from './collation';
import { compileExpression } from './expression';
import type { Variables } from './expression';

export interface Field extends Compiled { name: string }

/** Compiles the accumulators of `$group` or `$bucket`. Throws MongoError 15952 for an unknown one. */
export function compileAccumulators(fields: Document, collator?: Collator): Field[] {
  return Object.keys(fields).map(name => {
    const operand = fields[name];
    if (!isDocument(operand)) throw new MongoError(40234, `The field '${name}' must be an accumulator object`);
    if (name.includes('.')) throw new MongoError(40235, `The field name '${name}' cannot contain '.'`);
    if (name.startsWith('$')) throw new MongoError(40236, `The field name '${name}' cannot be an operator name`);
    const names = Object.keys(operand);
    if (names.length !== 1) throw new MongoError(40238, `The field '${name}' must specify one accumulator`);
    const compiled = compileAccumulator(names[0], operand[names[0]], collator);
    if (!compiled) throw new MongoError(15952, `unknown group operator '${names[0]}'`);
    return { name, ...compiled };
  });
}

/** One accumulator; undefined when there is none of the name. */
export function compileAccumulator(operator: string, operand: Value, collator?: Collator): Compiled | undefined {
  if (operator === '$count') {
    if (!isDocument(operand) || Object.keys(operand).length > 0) throw new MongoError(14, '$count takes no arguments, i.e. $count:{}');
    return { expression: () => 1, factory: () => ACCUMULATORS.$sum() };
  }
  if (!Object.hasOwn(ACCUMULATORS, operator)) return compileNamedAccumulator(operator, operand, collator);
  if (Array.isArray(operand)) throw new MongoError(40237, `The ${operator} accumulator is a unary operator`);
  return { expression: compileExpression(operand, collator), factory: () => ACCUMULATORS[operator](collator) };
}

/**
 * Groups, in the order in which their first documents came.
 * https://www.mongodb.com/docs/manual/reference/operator/aggregation/group/
 */
export class Groups {
  private readonly groups = new Map<string, { id: Value; accumulators: Accumulator[] }>();
  private readonly budget = new Budget('$group');
  private readonly equals?: Representatives;

  constructor(private readonly fields: Field[], private readonly variables?: Variables, collator?: Collator) {
    if (collator) this.equals = new Representatives(collator);
  }

  add(id: Value, document: Document): void {
    const key = groupKey(id ?? null, this.equals);
    let group = this.groups.get(key);
    if (!group) {
      group = { id: id ?? null, accumulators: this.fields.map(({ factory }) => factory(id ?? null, this.variables)) };
      this.groups.set(key, group);
      this.budget.spend(sizeOf(id) + 2 * key.length + 100);
    }
    for (let i = 0; i < this.fields.length; i++) {
      const accumulator = group.accumulators[i];
      accumulator.add(this.fields[i].expression(document, this.variables), document);
      if (accumulator.grown) this.budget.spend(accumulator.grown);
    }
  }

  * results(): Generator<Document> {
    for (const { id, accumulators } of this.groups.values()) {
      const result = newDocument();
      result._id = id;
      accumulators.forEach((accumulator, i) => {
        result[this.fields[i].name] = accumulator.result();
      });
      yield result;
    }
  }
}
