import { decode, isDocument } from '../bson';
import type { Document } from '../bson';
import { MongoError } from '../errors';
import { recordOf } from '../storage/collection';
import type { Collection, StoredDocument } from '../storage/collection';
import { due, sliceNumber } from '../storage/slice';
import type { Entry, Store } from '../storage/store';
import type { Matcher } from './match';
import { Merge } from './merge';
import type { IndexPlan, KeyRange, Plan } from './plan';

/** The counts of a scan, and its deadline. */
export interface ScanLimits { keys: number; documents: number; deadline: number }

/** `undefined` in a stream of documents: time to let other work run. */
export type DocumentStream = Generator<StoredDocument | undefined, void, void>;

const MIN_BATCH = 2;
const MAX_BATCH = 256;
const ZERO = Buffer.from([0]);

/** Reads a range in batches. After a pause it continues after the last key, so that nothing stale is read. */
class RangeReader {
  private batch: Entry[] = [];
  private at = 0;
  private size = MIN_BATCH;
  private slice = -1;
  private readonly bounds: { start: Buffer; end: Buffer };
  private done = false;

  /** Leading bytes that its keys have in common. */
  readonly prefix: number;

  constructor(private readonly store: Store, range: Pick<KeyRange, 'start' | 'end'> & { prefix?: number }, private readonly reverse: boolean) {
    this.bounds = { start: range.start, end: range.end };
    this.prefix = range.prefix ?? 0;
  }

  peek(): Entry | undefined {
    if (this.slice !== sliceNumber()) {
      this.batch = [];
      this.at = 0;
      this.done = false;
      // Read-ahead of many readers is dropped at each pause: reading it again must not fill a slice.
      this.size = MIN_BATCH;
      this.slice = sliceNumber();
    }
    if (this.at === this.batch.length && !this.done) this.fill();
    return this.batch[this.at];
  }

  /** Advances past the entry of `peek`. */
  advance(): void {
    const { key } = this.batch[this.at++];
    if (this.reverse) this.bounds.end = key;
    else this.bounds.start = Buffer.concat([key, ZERO]);
  }

  private fill(): void {
    this.batch = this.store.range(this.bounds.start, this.bounds.end, this.reverse, this.size);
    this.at = 0;
    this.done = this.batch.length < this.size;
    this.size = Math.min(this.size * 4, MAX_BATCH);
  }
}

/**
 * The matching documents, in the plan's order, each once. Throws MongoError 50 past the deadline and 175 when the
 * collection is dropped meanwhile.
 */
export function* scan(store: Store, collection: Collection, plan: Plan, matcher: Matcher, limits: ScanLimits): DocumentStream {
  const candidates = plan.stage === 'COLLSCAN' ? everyDocument(store, collection, plan.reverse)
    : indexed(store, collection, plan.stage === 'OR' ? plan.scans : [plan.scan], limits);
  for (const candidate of candidates) {
    if (candidate) {
      limits.documents++;
      if (matcher(candidate.document)) yield candidate;
    }
    if (!candidate || due()) {
      if (Date.now() > limits.deadline) throw new MongoError(50, 'operation exceeded time limit');
      yield undefined;
    }
    if (collection.gone) throw new MongoError(175, `collection dropped: ${collection.namespace}`);
  }
}

function* everyDocument(store: Store, collection: Collection, reverse: boolean): DocumentStream {
  const reader = new RangeReader(store, { start: collection.prefix, end: collection.end }, reverse);
  for (let entry = reader.peek(); entry; entry = reader.peek()) {
    reader.advance();
    yield { record: recordOf(entry.key), bytes: entry.value, document: decode(entry.value) };
  }
}

function* indexed(store: Store, collection: Collection, scans: IndexPlan[], limits: ScanLimits): DocumentStream {
  const seen = scans.length > 1 || scans.some(({ index }) => index.multikey) ? new Set<number>() : undefined;
  for (const plan of scans) {
    plan.index.uses++;
    const records = plan.wholeKey ? uniqueRecord(store, plan) : plan.merging ? merged(store, plan) : consecutive(store, plan);
    for (const record of records) {
      limits.keys++;
      if (seen?.has(record)) continue;
      seen?.add(record);
      const stored = collection.read(store, record);
      if (stored) yield stored;
      else if (due()) yield undefined;
    }
  }
}

/** An equality on a whole unique key is one look-up. */
function uniqueRecord(store: Store, plan: IndexPlan): number[] {
  const value = store.get(plan.ranges[0].start);
  return value ? [recordOf(value)] : [];
}

const recordOfEntry = (plan: IndexPlan, entry: Entry): number => recordOf(plan.index.unique ? entry.value : entry.key);

function* consecutive(store: Store, plan: IndexPlan): Generator<number> {
  for (const range of plan.reverse ? [...plan.ranges].reverse() : plan.ranges) {
    const reader = new RangeReader(store, range, plan.reverse);
    for (let entry = reader.peek(); entry; entry = reader.peek()) {
      reader.advance();
      yield recordOfEntry(plan, entry);
    }
  }
}

/** Merges ranges that are each in order of the bytes after their equality prefix. */
function* merged(store: Store, plan: IndexPlan): Generator<number> {
  const readers = plan.ranges.map(range => new RangeReader(store, range, plan.reverse));
  for (;;) {
    const slice = sliceNumber();
    const merge = new Merge(readers, plan.reverse);
    while (slice === sliceNumber()) {
      const entry = merge.next();
      if (!entry) return;
      yield recordOfEntry(plan, entry);
    }
  }
}

/** The `explain` of a plan: https://www.mongodb.com/docs/manual/reference/explain-results/ */
export function explainPlan(plan: Plan): Document {
  if (plan.stage === 'COLLSCAN') return { stage: 'COLLSCAN', direction: plan.reverse ? 'backward' : 'forward' };
  const scans = plan.stage === 'OR' ? plan.scans : [plan.scan];
  const stages = scans.map((scan): Document => ({
    stage: 'IXSCAN', keyPattern: scan.index.spec.key, indexName: scan.index.spec.name, isMultiKey: scan.index.multikey,
    isUnique: scan.index.unique, isSparse: scan.index.spec.sparse === true, isPartial: isDocument(scan.index.spec.partialFilterExpression),
    direction: scan.reverse ? 'backward' : 'forward',
  }));
  return { stage: 'FETCH', inputStage: plan.stage === 'OR' ? { stage: 'OR', inputStages: stages } : stages[0] };
}
