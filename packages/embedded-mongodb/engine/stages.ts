import { isDocument, newDocument } from '../bson';
import type { Document, Value } from '../bson';
import { MongoError } from '../errors';
import type { Collator } from './collation';
import { compileExpression } from './expression';
import { compileAddFields, compileProjection } from './project';
import type { Projector } from './project';
import { typeName } from './types';

function object(name: string, operand: Value): Document {
  if (!isDocument(operand)) throw new MongoError(name === '$project' ? 15969 : 40272, `${name} specification stage must be an object, got ${typeName(operand)}`);
  return operand;
}

/** The stages that make one document of one document. */
export function documentStage(name: string, operand: Value, collator?: Collator): Projector {
  switch (name) {
    case '$project': {
      const fields = object(name, operand);
      if (Object.keys(fields).length === 0) throw new MongoError(51272, 'Invalid $project :: caused by :: projection specification must have at least one field');
      return invalid('$project', () => compileProjection(fields, undefined, collator));
    }
    case '$addFields': case '$set': return invalid(name, () => compileAddFields(object(name, operand), collator));
    case '$unset': return compileProjection(dropped(operand));
    case '$replaceRoot': return replaceRoot(object(name, operand).newRoot, collator);
    default: return replaceRoot(operand, collator);
  }
}

function dropped(operand: Value): Document {
  const result = newDocument();
  for (const name of Array.isArray(operand) ? operand : [operand]) {
    if (typeof name !== 'string' || name === '') throw new MongoError(31002, '$unset specification must be a string or an array containing only string values');
    result[name] = false;
  }
  return result;
}

/** Names the stage whose projection is wrong, as MongoDB does. */
function invalid(name: string, compile: () => Projector): Projector {
  try {
    return compile();
  } catch (error) {
    if (error instanceof MongoError) throw new MongoError(error.code, `Invalid ${name} :: caused by :: ${error.message}`);
    throw error;
  }
}

function replaceRoot(operand: Value, collator?: Collator): Projector {
  const expression = compileExpression(operand, collator);
  return (document, variables) => {
    const root = expression(document, variables);
    if (!isDocument(root)) throw new MongoError(40228, `'newRoot' expression must evaluate to an object, but resulting value was: ${typeName(root)}`);
    return root;
  };
}
