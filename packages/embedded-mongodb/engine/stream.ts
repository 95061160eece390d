import { isDocument } from '../bson';
import type { Document, Value } from '../bson';
import { MongoError } from '../errors';
import { due } from '../storage/slice';
import { sizeOf } from './budget';
import type { Budget } from './budget';
import type { Collator } from './collation';
import type { Variables } from './expression';

/** Documents on their way through a pipeline; `undefined` to pause. */
export type Stream = Generator<Document | undefined, void, void>;
/** The surroundings of stages: the documents of other collections that match a filter. */
export interface Surroundings { collection: (name: string, filter: Document) => Stream; variables: Variables }
export type Stage = (input: Stream, surroundings: Surroundings) => Stream;
/**
 * The surroundings in which a stage is compiled: `compile` makes a stage of an inner pipeline, which must not write.
 */
export interface Context { compile: (stages: Value) => Stage; collator?: Collator }

/** The operand of a stage, which must be a document. */
export function stageObject(name: string, operand: Value, code = 9): Document {
  if (!isDocument(operand)) throw new MongoError(code, `the ${name} stage specification must be an object`);
  return operand;
}

/** Reads all items of a stream. */
export function* drain<T>(stream: Generator<T | undefined, void, void>, take: (item: T) => void): Generator<undefined, void, void> {
  for (const item of stream) {
    if (item) take(item);
    else yield undefined;
  }
}

/** All documents of a stream, within a budget of bytes. */
export function* collect(stream: Stream, budget: Budget): Generator<undefined, Document[], void> {
  const items: Document[] = [];
  yield* drain(stream, item => {
    budget.spend(sizeOf(item));
    items.push(item);
  });
  return items;
}

/** A stream of documents in memory. */
export function* streamOf(items: Document[]): Stream {
  for (const item of items) {
    yield item;
    if (due()) yield undefined;
  }
}
