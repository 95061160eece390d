import { isDocument, newDocument } from '../bson';
import type { Document, Value } from '../bson';
import { MongoError } from '../errors';
import { checkFieldPath } from './expression';
import { getPath } from './path';
import type { Stage } from './stream';
import { changeAt } from './update-paths';

/** https://www.mongodb.com/docs/manual/reference/operator/aggregation/unwind/ */
export function unwindStage(operand: Value): Stage {
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
export function withPath(item: Document, parts: string[], value: Value, at = 0): Document {
  const copy = newDocument();
  for (const name in item) copy[name] = item[name];
  const name = parts[at];
  if (at < parts.length - 1) {
    if (isDocument(item[name])) copy[name] = withPath(item[name], parts, value, at + 1);
  } else if (value === undefined) delete copy[name];
  else copy[name] = value;
  return copy;
}
