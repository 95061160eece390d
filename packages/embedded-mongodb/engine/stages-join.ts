import { isDocument, newDocument } from '../bson';
import type { Document, Value } from '../bson';
import { MongoError } from '../errors';
import { groupKey } from './accumulators';
import { Budget } from './budget';
import { compileExpression } from './expression';
import { resolve } from './path';
import { withPath } from './stages-unwind';
import { collect, stageObject, streamOf } from './stream';
import type { Context, Stage } from './stream';
import { changeAt } from './update-paths';

/** https://www.mongodb.com/docs/manual/reference/operator/aggregation/facet/ */
export function facetStage(operand: Value, { compile }: Context): Stage {
  const facets = stageObject('$facet', operand, 40169);
  const compiled = Object.keys(facets).map(name => {
    const refused = Array.isArray(facets[name]) && ['$facet', '$out', '$merge'].find(other => (facets[name] as Value[]).some(stage => isDocument(stage) && other in stage));
    if (refused) throw new MongoError(40600, `${refused} is not allowed to be used within a $facet stage`);
    return [name, compile(facets[name])] as const;
  });
  if (compiled.length === 0) throw new MongoError(40169, 'the $facet specification must be a non-empty object');
  return function* (input, surroundings) {
    const budget = new Budget('$facet');
    const items = yield* collect(input, budget);
    const result = newDocument();
    for (const [name, pipeline] of compiled) result[name] = yield* collect(pipeline(streamOf(items), surroundings), budget);
    yield result;
  };
}

/** https://www.mongodb.com/docs/manual/reference/operator/aggregation/lookup/ */
export function lookupStage(operand: Value, { compile, collator }: Context): Stage {
  const options = stageObject('$lookup', operand, 9);
  const { from: name, as, localField, foreignField, let: lets } = options;
  for (const key of Object.keys(options)) if (!['from', 'as', 'localField', 'foreignField', 'let', 'pipeline'].includes(key)) throw new MongoError(9, `unknown argument to $lookup: ${key}`);
  if (typeof name !== 'string' || typeof as !== 'string') throw new MongoError(9, 'must specify \'from\' and \'as\' fields for a $lookup');
  const byField = localField !== undefined || foreignField !== undefined;
  if (byField && (typeof localField !== 'string' || typeof foreignField !== 'string')) throw new MongoError(9, '$lookup requires both or neither of \'localField\' and \'foreignField\' to be specified');
  if (!byField && options.pipeline === undefined) throw new MongoError(9, '$lookup requires either \'pipeline\' or both \'localField\' and \'foreignField\' to be specified');
  const pipeline = options.pipeline === undefined ? undefined : compile(options.pipeline);
  const bound = isDocument(lets) ? Object.entries(lets).map(([key, value]) => [key, compileExpression(value, collator)] as const) : [];
  const target = as.split('.');
  return function* (input, surroundings) {
    for (const item of input) {
      if (!item) {
        yield undefined;
        continue;
      }
      const variables = newDocument();
      Object.assign(variables, surroundings.variables);
      for (const [key, value] of bound) variables[key] = value(item, surroundings.variables) ?? null;
      const found = surroundings.collection(name, byField ? joinFilter(item, String(localField), String(foreignField)) : newDocument());
      const joined = yield* collect(pipeline ? pipeline(found, { ...surroundings, variables }) : found, new Budget('$lookup'));
      const result = withPath(item, target, joined);
      if (target.length > 1) changeAt(result, target, true, () => joined);
      yield result;
    }
  };
}

/** The local values that the foreign field may equal; of an array each element, and null when it is missing. */
function joinFilter(item: Document, localField: string, foreignField: string): Document {
  const values = new Map<string, Value>();
  resolve(item, localField.split('.'), value => {
    for (const local of Array.isArray(value) ? value : [value ?? null]) values.set(groupKey(local), local);
    return false;
  });
  const filter = newDocument();
  const operators = newDocument();
  operators.$in = [...values.values()];
  filter[foreignField] = operators;
  return filter;
}

/** https://www.mongodb.com/docs/manual/reference/operator/aggregation/unionWith/ */
export function unionStage(operand: Value, { compile }: Context): Stage {
  const options: Document = isDocument(operand) ? operand : { coll: operand };
  const { coll } = options;
  if (typeof coll !== 'string') throw new MongoError(9, '$unionWith requires a collection name');
  const pipeline = compile(options.pipeline ?? []);
  return function* (input, surroundings) {
    yield* input;
    yield* pipeline(surroundings.collection(coll, newDocument()), surroundings);
  };
}
