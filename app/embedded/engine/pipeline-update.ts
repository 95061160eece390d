import type { Document, Value } from '../bson';
import { MongoError } from '../errors';

export function compilePipelineUpdate(_stages: Value[], _variables?: Document): (document: Document) => Document {
  throw new MongoError(238, 'pipeline updates');
}
