import type { Document } from '../bson';
import { MongoError } from '../errors';

export function compileProjection(projection: Document | undefined, _filter: Document): (document: Document) => Document {
  if (projection && Object.keys(projection).length) throw new MongoError(238, 'projection');
  return document => document;
}
