import { isDocument, newDocument } from '../bson';
import type { Document, Value } from '../bson';
import { MongoError } from '../errors';
import { Budget, sizeOf } from './budget';
import type { Collator } from './collation';
import { compare } from './compare';
import { compileExpression } from './expression';
import { compileAccumulators } from './group';
import { isNumeric, toNumber } from './number';
import { due } from '../storage/slice';
import { drain, stageObject } from './stream';
import { typeName } from './types';
import type { Stage } from './stream';

const OPTIONS = ['groupBy', 'buckets', 'output', 'granularity'];

/** https://www.mongodb.com/docs/manual/reference/operator/aggregation/bucketAuto/ */
export function bucketAutoStage(operand: Value, collator?: Collator): Stage {
  const options = stageObject('$bucketAuto', operand, 40240);
  for (const name of Object.keys(options)) if (!OPTIONS.includes(name)) throw new MongoError(40245, `Unrecognized option to $bucketAuto: ${name}`);
  if (!('groupBy' in options) || !('buckets' in options)) throw new MongoError(40246, '$bucketAuto requires \'groupBy\' and \'buckets\' to be specified');
  if ('granularity' in options) throw new MongoError(115, 'the granularity of $bucketAuto is not supported');
  if (!isNumeric(options.buckets)) throw new MongoError(40241, `The $bucketAuto 'buckets' field must be a numeric value, but found type: ${typeName(options.buckets)}`);
  const count = toNumber(options.buckets);
  if (count !== (count | 0)) throw new MongoError(40242, `The $bucketAuto 'buckets' field must be representable as a 32-bit integer, but found ${count}`);
  if (count <= 0) throw new MongoError(40243, `The $bucketAuto 'buckets' field must be greater than 0, but found: ${count}`);
  const by = compileExpression(options.groupBy, collator);
  const counted = newDocument();
  counted.count = Object.assign(newDocument(), { $sum: 1 });
  const fields = compileAccumulators(isDocument(options.output) ? options.output : counted, collator);
  return function* (input, { variables }) {
    const items: { key: Value; item: Document }[] = [];
    const budget = new Budget('$bucketAuto');
    yield* drain(input, item => {
      const key = by(item, variables) ?? null;
      budget.spend(sizeOf(item) + sizeOf(key));
      items.push({ key, item });
    });
    items.sort((a, b) => compare(a.key, b.key, collator));
    const size = Math.max(1, Math.round(items.length / count));
    for (let start = 0, bucket = 1; start < items.length; bucket++) {
      let end = bucket === count ? items.length : Math.min(items.length, start + size);
      // Equal values stay together.
      while (end < items.length && compare(items[end - 1].key, items[end].key, collator) === 0) end++;
      const accumulators = fields.map(({ factory }) => factory(null, variables));
      for (let i = start; i < end; i++) {
        accumulators.forEach((accumulator, at) => {
          accumulator.add(fields[at].expression(items[i].item, variables), items[i].item);
          if (accumulator.grown) budget.spend(accumulator.grown);
        });
        if (due()) yield undefined;
      }
      const result = newDocument();
      result._id = Object.assign(newDocument(), { min: items[start].key, max: items[Math.min(end, items.length - 1)].key });
      accumulators.forEach((accumulator, at) => { result[fields[at].name] = accumulator.result(); });
      yield result;
      start = end;
    }
  };
}
