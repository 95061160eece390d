import { isDocument, newDocument } from '../bson';
import type { Document, Value } from '../bson';
import { MongoError } from '../errors';
import { Budget, sizeOf } from './budget';
import type { Collator } from './collation';
import { compileFilter } from './match';
import { isNumeric, toNumber } from './number';
import { parseSort, Sorter } from './sort';
import { documentStage } from './stages';
import { bucketAutoStage } from './stages-bucket-auto';
import { graphLookupStage } from './stages-graph';
import { bucketStage, groupStage, sortByCountStage } from './stages-group';
import { facetStage, lookupStage, unionStage } from './stages-join';
import { unwindStage } from './stages-unwind';
import { windowStage } from './stages-window';
import { drain, stageObject } from './stream';
import type { Context, Stage, Stream } from './stream';

const MAX_STAGES = 1000;
const MAX_NESTING = 20;

/**
 * Compiles a pipeline without its `$out` or `$merge`. Throws MongoError 40324 for an unknown stage. https://www.mongodb.com/docs/manual/reference/operator/aggregation-pipeline/
 * @param collator how strings are compared; by their bytes when there is none
 */
export function compilePipeline(stages: Value, collator?: Collator, depth = 0): Stage {
  if (!Array.isArray(stages)) throw new MongoError(14, '\'pipeline\' option must be specified as an array');
  if (stages.length > MAX_STAGES) throw new MongoError(7749501, `Pipeline length must be no longer than ${MAX_STAGES} stages`);
  if (depth > MAX_NESTING) throw new MongoError(5490704, 'Maximum number of nested sub-pipelines exceeded');
  const compiled = stages.map(stage => {
    if (!isDocument(stage)) throw new MongoError(14, 'Each element of the \'pipeline\' array must be an object');
    const names = Object.keys(stage);
    if (names.length !== 1) throw new MongoError(40323, 'A pipeline stage specification object must contain exactly one field.');
    return compileStage(names[0], stage[names[0]], depth, collator);
  });
  return (input, surroundings) => compiled.reduce((stream, stage) => stage(stream, surroundings), input);
}

const KNOWN_BUT_REFUSED = new Set(['$changeStream', '$densify', '$documents', '$fill', '$geoNear',
  '$listSessions', '$planCacheStats', '$redact', '$search', '$vectorSearch']);

function compileStage(name: string, operand: Value, depth: number, collator?: Collator): Stage {
  const context: Context = { compile: stages => compilePipeline(stages, collator, depth + 1), collator };
  switch (name) {
    case '$match': return matchStage(operand, collator);
    case '$project': case '$addFields': case '$set': case '$unset': case '$replaceRoot': case '$replaceWith': {
      const project = documentStage(name, operand, collator);
      return (input, { variables }) => each(input, document => project(document, variables));
    }
    case '$sort': return sortStage(operand, collator);
    case '$limit': return limitStage(whole(name, operand, 1));
    case '$skip': return skipStage(whole(name, operand, 0));
    case '$count': return countStage(operand);
    case '$group': return groupStage(operand, collator);
    case '$sortByCount': return sortByCountStage(operand, collator);
    case '$unwind': return unwindStage(operand);
    case '$bucket': return bucketStage(operand, collator);
    case '$bucketAuto': return bucketAutoStage(operand, collator);
    case '$setWindowFields': return windowStage(operand, collator);
    case '$graphLookup': return graphLookupStage(operand, collator);
    case '$sample': return sampleStage(operand);
    case '$facet': return facetStage(operand, context);
    case '$lookup': return lookupStage(operand, context);
    case '$unionWith': return unionStage(operand, context);
    case '$out': case '$merge': throw new MongoError(depth > 0 ? 51047 : 40601, depth > 0 ? `${name} is not allowed within a sub-pipeline` : `${name} can only be the final stage in the pipeline`);
    case '$collStats': case '$indexStats': case '$currentOp': throw new MongoError(40602, `${name} is only valid as the first stage in a pipeline`);
    default: throw new MongoError(KNOWN_BUT_REFUSED.has(name) ? 115 : 40324, KNOWN_BUT_REFUSED.has(name) ? `the stage ${name} is not supported` : `Unrecognized pipeline stage name: '${name}'`);
  }
}

function* each(input: Stream, change: (document: Document) => Document): Stream {
  for (const document of input) yield document && change(document);
}

function whole(name: string, operand: Value, least: number): number {
  const value = isNumeric(operand) ? toNumber(operand) : NaN;
  if (!Number.isInteger(value) || value < least) {
    throw new MongoError(name === '$limit' && value === 0 ? 15958 : 5107201, value === 0 ? 'the limit must be positive' : `invalid argument to ${name} stage: Expected a non-negative number in: ${name}`);
  }
  return value;
}

function matchStage(operand: Value, collator?: Collator): Stage {
  const filter = stageObject('$match', operand, 15959);
  compileFilter(filter, undefined, collator);
  return function* (input, { variables }) {
    const matches = compileFilter(filter, variables, collator);
    for (const item of input) if (!item || matches(item)) yield item;
  };
}

function sortStage(operand: Value, collator?: Collator): Stage {
  const spec = parseSort(stageObject('$sort', operand, 15973), collator);
  if (spec.length === 0) throw new MongoError(15976, '$sort stage must have at least one sort key');
  return function* (input) {
    const sorter = new Sorter<Document>(spec);
    yield* drain(input, item => sorter.add(item, item, sizeOf(item)));
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
    yield* drain(input, () => { count++; });
    if (count === 0) return;
    const result = newDocument();
    result[operand] = count;
    yield result;
  };
}

function sampleStage(operand: Value): Stage {
  const size = whole('$sample', stageObject('$sample', operand, 28745).size, 1);
  return function* (input) {
    const kept: Document[] = [];
    const budget = new Budget('$sample');
    let seen = 0;
    yield* drain(input, item => {
      if (seen++ < size) {
        budget.spend(sizeOf(item));
        kept.push(item);
      } else {
        const at = Math.floor(Math.random() * seen);
        if (at < size) kept[at] = item;
      }
    });
    yield* kept;
  };
}
