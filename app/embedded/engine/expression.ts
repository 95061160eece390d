import type { Document, Value } from '../bson';
import { MongoError } from '../errors';

export type Variables = Document;
export type Expression = (document: Document, variables?: Variables) => Value;

export function compileExpression(_operand: Value): Expression {
  throw new MongoError(238, 'expressions are not implemented');
}
