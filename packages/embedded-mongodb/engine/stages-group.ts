import { isDocument, newDocument } from '../bson';
import type { Document, Value } from '../bson';
import { MongoError } from '../errors';
import { compare } from './compare';
import { compileExpression } from './expression';
import { compileAccumulators, Groups } from './group';
import { sizeOf } from './budget';
import type { Collator } from './collation';
import { Sorter } from './sort';
import { drain, stageObject, type Stage } from './stream';

/** https://www.mongodb.com/docs/manual/reference/operator/aggregation/group/ */
export function groupStage(operand: Value, collator?: Collator): Stage {
  const { _id, ...fields } = stageObject('$group', operand, 15947);
  if (_id === undefined) throw new MongoError(15955, 'a group specification must include an _id');
  const id = compileExpression(_id, collator);
  const accumulators = compileAccumulators(fields, collator);
  return function* (input, { variables }) {
    const groups = new Groups(accumulators, variables, collator);
    yield* drain(input, item => groups.add(id(item, variables), item));
    yield* groups.results();
  };
}

/** https://www.mongodb.com/docs/manual/reference/operator/aggregation/sortByCount/ */
export function sortByCountStage(operand: Value, collator?: Collator): Stage {
  const spec = [{ name: 'count', path: ['count'], direction: -1 as const }];
  const id = compileExpression(operand, collator);
  return function* (input, { variables }) {
    const groups = new Groups(compileAccumulators({ count: Object.assign(newDocument(), { $sum: 1 }) }), variables, collator);
    yield* drain(input, item => groups.add(id(item, variables), item));
    const sorter = new Sorter<Document>(spec);
    for (const group of groups.results()) sorter.add(group, group, sizeOf(group));
    yield* sorter.finish();
  };
}

/** https://www.mongodb.com/docs/manual/reference/operator/aggregation/bucket/ */
export function bucketStage(operand: Value, collator?: Collator): Stage {
  const options = stageObject('$bucket', operand, 40201);
  const { boundaries } = options;
  if (!Array.isArray(boundaries) || boundaries.length < 2) throw new MongoError(40192, 'The $bucket \'boundaries\' field must have at least 2 values');
  if (boundaries.some((value, i) => i > 0 && compare(boundaries[i - 1], value, collator) >= 0)) throw new MongoError(40194, 'The \'boundaries\' option to $bucket must be sorted');
  const by = compileExpression(options.groupBy, collator);
  const counted = newDocument();
  counted.count = Object.assign(newDocument(), { $sum: 1 });
  const accumulators = compileAccumulators(isDocument(options.output) ? options.output : counted, collator);
  const bucketOf = (value: Value): Value => {
    const above = boundaries.findIndex(boundary => compare(value, boundary, collator) < 0);
    if (above > 0) return boundaries[above - 1];
    if (!('default' in options)) throw new MongoError(7158303, '$switch could not find a matching branch for an input, and no default was specified.');
    return options.default;
  };
  return function* (input, { variables }) {
    const groups = new Groups(accumulators, variables, collator);
    yield* drain(input, item => groups.add(bucketOf(by(item, variables)), item));
    yield* [...groups.results()].sort((a, b) => compare(a._id, b._id, collator));
  };
}
