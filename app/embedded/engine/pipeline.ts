import { isDocument, newDocument } from '../bson';
import type { Document, Value } from '../bson';
import { MongoError } from '../errors';
import { due } from '../storage/slice';
import { compare } from './compare';
import { checkFieldPath, compileExpression } from './expression';
import type { Variables } from './expression';
import { Budget, compileAccumulators, groupKey, Groups, sizeOf } from './group';
import { compileFilter } from './match';
import { isNumeric, toNumber } from './number';
import { getPath, resolve } from './path';
import { parseSort, Sorter } from './sort';
import { documentStage } from './stages';
import { changeAt } from './update-paths';

/** Documents on their way through a pipeline; `undefined` to pause. */
export type Stream = Generator<Document | undefined, void, void>;
/** What stages need beyond their input: the documents of other collections that match a filter. */
export interface Surroundings { collection: (name: string, filter: Document) => Stream; variables: Variables }
type Stage = (input: Stream, surroundings: Surroundings) => Stream;

const MAX_STAGES = 1000;
const MAX_NESTING = 20;

/** Compiles a pipeline. Throws MongoError 40324 for an unknown stage. https://www.mongodb.com/docs/manual/reference/operator/aggregation-pipeline/ */
export function compilePipeline(stages: Value, depth = 0): Stage {
  if (!Array.isArray(stages)) throw new MongoError(14, '\'pipeline\' option must be specified as an array');
  if (stages.length > MAX_STAGES) throw new MongoError(7749501, `Pipeline length must be no longer than ${MAX_STAGES} stages`);
  if (depth > MAX_NESTING) throw new MongoError(5490704, 'Maximum number of nested sub-pipelines exceeded');
  const compiled = stages.map(stage => {
    if (!isDocument(stage)) throw new MongoError(14, 'Each element of the \'pipeline\' array must be an object');
    const names = Object.keys(stage);
    if (names.length !== 1) throw new MongoError(40323, 'A pipeline stage specification object must contain exactly one field.');
    return compileStage(names[0], stage[names[0]], depth);
  });
  return (input, surroundings) => compiled.reduce((stream, stage) => stage(stream, surroundings), input);
}

const KNOWN_BUT_REFUSED = new Set(['$bucketAuto', '$changeStream', '$collStats', '$currentOp', '$densify', '$documents', '$fill', '$geoNear', '$graphLookup', '$indexStats',
  '$listSessions', '$merge', '$out', '$planCacheStats', '$redact', '$search', '$setWindowFields', '$vectorSearch']);

function compileStage(name: string, operand: Value, depth: number): Stage {
  switch (name) {
    case '$match': return matchStage(operand);
    case '$project': case '$addFields': case '$set': case '$unset': case '$replaceRoot': case '$replaceWith': {
      const project = documentStage(name, operand);
      return (input, { variables }) => each(input, document => project(document, variables));
    }
    case '$sort': return sortStage(operand);
    case '$limit': return limitStage(whole(name, operand, 1));
    case '$skip': return skipStage(whole(name, operand, 0));
    case '$count': return countStage(operand);
    case '$group': return groupStage(operand);
    case '$sortByCount': return sortByCountStage(operand);
    case '$unwind': return unwindStage(operand);
    case '$bucket': return bucketStage(operand);
    case '$sample': return sampleStage(operand);
    case '$facet': return facetStage(operand, depth);
    case '$lookup': return lookupStage(operand, depth);
    case '$unionWith': return unionStage(operand, depth);
    default: throw new MongoError(KNOWN_BUT_REFUSED.has(name) ? 115 : 40324, KNOWN_BUT_REFUSED.has(name) ? `the stage ${name} is not supported` : `Unrecognized pipeline stage name: '${name}'`);
  }
}

function* each(input: Stream, change: (document: Document) => Document): Stream {
  for (const document of input) yield document && change(document);
}

function document(name: string, operand: Value, code = 9): Document {
  if (!isDocument(operand)) throw new MongoError(code, `the ${name} stage specification must be an object`);
  return operand;
}

function whole(name: string, operand: Value, least: number): number {
  const value = isNumeric(operand) ? toNumber(operand) : NaN;
  if (!Number.isInteger(value) || value < least) {
    throw new MongoError(name === '$limit' && value === 0 ? 15958 : 5107201, value === 0 ? 'the limit must be positive' : `invalid argument to ${name} stage: Expected a non-negative number in: ${name}`);
  }
  return value;
}

function matchStage(operand: Value): Stage {
  const filter = document('$match', operand, 15959);
  compileFilter(filter);
  return function* (input, { variables }) {
    const matches = compileFilter(filter, variables);
    for (const item of input) if (!item || matches(item)) yield item;
  };
}

function sortStage(operand: Value): Stage {
  const spec = parseSort(document('$sort', operand, 15973));
  if (spec.length === 0) throw new MongoError(15976, '$sort stage must have at least one sort key');
  return function* (input) {
    const sorter = new Sorter<Document>(spec);
    for (const item of input) {
      if (item) sorter.add(item, item, sizeOf(item));
      else yield undefined;
    }
    yield* sorter.finish();
  };
}

function limitStage(limit: number): Stage {
  return function* (input) {
    let seen = 0;
    for (const item of input) {
      yield item;
      if (item && ++seen === limit) return;
    }
  };
}

function skipStage(count: number): Stage {
  return function* (input) {
    let seen = 0;
    for (const item of input) if (!item || seen++ >= count) yield item;
  };
}

function countStage(operand: Value): Stage {
  if (typeof operand !== 'string' || operand === '' || operand.startsWith('$') || operand.includes('.')) throw new MongoError(40156, 'the count field must be a non-empty string, without \'$\' or \'.\'');
  return function* (input) {
    let count = 0;
    for (const item of input) {
      if (item) count++;
      else yield undefined;
    }
    if (count === 0) return;
    const result = newDocument();
    result[operand] = count;
    yield result;
  };
}

function groupStage(operand: Value): Stage {
  const { _id, ...fields } = document('$group', operand, 15947);
  if (_id === undefined) throw new MongoError(15955, 'a group specification must include an _id');
  const id = compileExpression(_id);
  const accumulators = compileAccumulators(fields);
  return function* (input, { variables }) {
    const groups = new Groups(accumulators, variables);
    for (const item of input) {
      if (item) groups.add(id(item, variables), item);
      else yield undefined;
    }
    yield* groups.results();
  };
}

function sortByCountStage(operand: Value): Stage {
  const spec = [{ name: 'count', path: ['count'], direction: -1 as const }];
  const id = compileExpression(operand);
  return function* (input, { variables }) {
    const groups = new Groups(compileAccumulators({ count: Object.assign(newDocument(), { $sum: 1 }) }), variables);
    for (const item of input) {
      if (item) groups.add(id(item, variables), item);
      else yield undefined;
    }
    const sorter = new Sorter<Document>(spec);
    for (const group of groups.results()) sorter.add(group, group, sizeOf(group));
    yield* sorter.finish();
  };
}

/** https://www.mongodb.com/docs/manual/reference/operator/aggregation/unwind/ */
function unwindStage(operand: Value): Stage {
  const options: Document = isDocument(operand) ? operand : { path: operand };
  const { path, includeArrayIndex, preserveNullAndEmptyArrays } = options;
  if (typeof path !== 'string') throw new MongoError(28808, 'expected a string as the path for $unwind stage');
  if (!path.startsWith('$')) throw new MongoError(28818, `path option to $unwind stage should be prefixed with a '$': ${path}`);
  const parts = checkFieldPath(path.slice(1));
  const indexed = (item: Document, index: number | null) => {
    if (typeof includeArrayIndex === 'string') changeAt(item, includeArrayIndex.split('.'), true, () => index);
    return item;
  };
  return function* (input) {
    for (const item of input) {
      const value = item && getPath(item, parts);
      if (!item || value !== undefined && value !== null && !Array.isArray(value)) yield item && indexed(withPath(item, parts, value), null);
      else if (Array.isArray(value) && value.length) {
        for (const [i, element] of value.entries()) yield indexed(withPath(item, parts, element), i);
      } else if (preserveNullAndEmptyArrays === true) yield indexed(withPath(item, parts, value === null ? null : undefined), null);
    }
  };
}

/** A copy, as deep as the path, with another value at its end. */
function withPath(item: Document, parts: string[], value: Value, at = 0): Document {
  const copy = newDocument();
  for (const name in item) copy[name] = item[name];
  const name = parts[at];
  if (at < parts.length - 1) {
    if (isDocument(item[name])) copy[name] = withPath(item[name], parts, value, at + 1);
  } else if (value === undefined) delete copy[name];
  else copy[name] = value;
  return copy;
}

/** https://www.mongodb.com/docs/manual/reference/operator/aggregation/bucket/ */
function bucketStage(operand: Value): Stage {
  const options = document('$bucket', operand, 40201);
  const { boundaries } = options;
  if (!Array.isArray(boundaries) || boundaries.length < 2) throw new MongoError(40192, 'The $bucket \'boundaries\' field must have at least 2 values');
  if (boundaries.some((value, i) => i > 0 && compare(boundaries[i - 1], value) >= 0)) throw new MongoError(40194, 'The \'boundaries\' option to $bucket must be sorted');
  const by = compileExpression(options.groupBy);
  const counted = newDocument();
  counted.count = Object.assign(newDocument(), { $sum: 1 });
  const accumulators = compileAccumulators(isDocument(options.output) ? options.output : counted);
  const bucketOf = (value: Value): Value => {
    const above = boundaries.findIndex(boundary => compare(value, boundary) < 0);
    if (above > 0) return boundaries[above - 1];
    if (!('default' in options)) throw new MongoError(7158303, '$switch could not find a matching branch for an input, and no default was specified.');
    return options.default;
  };
  return function* (input, { variables }) {
    const groups = new Groups(accumulators, variables);
    for (const item of input) {
      if (item) groups.add(bucketOf(by(item, variables)), item);
      else yield undefined;
    }
    yield* [...groups.results()].sort((a, b) => compare(a._id, b._id));
  };
}

function sampleStage(operand: Value): Stage {
  const size = whole('$sample', document('$sample', operand, 28745).size, 1);
  return function* (input) {
    const kept: Document[] = [];
    const budget = new Budget('$sample');
    let seen = 0;
    for (const item of input) {
      if (!item) yield undefined;
      else if (seen++ < size) {
        budget.spend(sizeOf(item));
        kept.push(item);
      } else {
        const at = Math.floor(Math.random() * seen);
        if (at < size) kept[at] = item;
      }
    }
    yield* kept;
  };
}

function* from(items: Document[]): Stream {
  for (const item of items) {
    yield item;
    if (due()) yield undefined;
  }
}

function facetStage(operand: Value, depth: number): Stage {
  const facets = document('$facet', operand, 40169);
  const compiled = Object.keys(facets).map(name => {
    if (Array.isArray(facets[name]) && facets[name].some(stage => isDocument(stage) && ('$facet' in stage))) throw new MongoError(40600, '$facet is not allowed to be used within a $facet stage');
    return [name, compilePipeline(facets[name], depth + 1)] as const;
  });
  if (compiled.length === 0) throw new MongoError(40169, 'the $facet specification must be a non-empty object');
  return function* (input, surroundings) {
    const items: Document[] = [];
    const budget = new Budget('$facet');
    for (const item of input) {
      if (!item) yield undefined;
      else {
        budget.spend(sizeOf(item));
        items.push(item);
      }
    }
    const result = newDocument();
    for (const [name, pipeline] of compiled) result[name] = yield* collect(pipeline(from(items), surroundings), budget);
    yield result;
  };
}

function* collect(stream: Stream, budget: Budget): Generator<undefined, Document[], void> {
  const items: Document[] = [];
  for (const item of stream) {
    if (!item) yield undefined;
    else {
      budget.spend(sizeOf(item));
      items.push(item);
    }
  }
  return items;
}

/** https://www.mongodb.com/docs/manual/reference/operator/aggregation/lookup/ */
function lookupStage(operand: Value, depth: number): Stage {
  const options = document('$lookup', operand, 9);
  const { from: name, as, localField, foreignField, let: lets } = options;
  for (const key of Object.keys(options)) if (!['from', 'as', 'localField', 'foreignField', 'let', 'pipeline'].includes(key)) throw new MongoError(9, `unknown argument to $lookup: ${key}`);
  if (typeof name !== 'string' || typeof as !== 'string') throw new MongoError(9, 'must specify \'from\' and \'as\' fields for a $lookup');
  const byField = localField !== undefined || foreignField !== undefined;
  if (byField && (typeof localField !== 'string' || typeof foreignField !== 'string')) throw new MongoError(9, '$lookup requires both or neither of \'localField\' and \'foreignField\' to be specified');
  if (!byField && options.pipeline === undefined) throw new MongoError(9, '$lookup requires either \'pipeline\' or both \'localField\' and \'foreignField\' to be specified');
  const pipeline = options.pipeline === undefined ? undefined : compilePipeline(options.pipeline, depth + 1);
  const bound = isDocument(lets) ? Object.entries(lets).map(([key, value]) => [key, compileExpression(value)] as const) : [];
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

function unionStage(operand: Value, depth: number): Stage {
  const options: Document = isDocument(operand) ? operand : { coll: operand };
  const { coll } = options;
  if (typeof coll !== 'string') throw new MongoError(9, '$unionWith requires a collection name');
  const pipeline = compilePipeline(options.pipeline ?? [], depth + 1);
  return function* (input, surroundings) {
    yield* input;
    yield* pipeline(surroundings.collection(coll, newDocument()), surroundings);
  };
}
