import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { encodeStored, toDocument } from '../bson';
import type { Document } from '../bson';
import { compileFilter } from '../engine/match';
import { choosePlan } from '../engine/plan';
import { scan } from '../engine/scan';
import { parseSort } from '../engine/sort';
import { deleteStatement } from '../engine/write';
import { Catalog } from '../storage/catalog';
import { beginSlice } from '../storage/slice';
import type { Work } from '../storage/slice';
import { LmdbStore } from '../storage/store';
import type { Entry } from '../storage/store';
import { temporaryDirectory } from './support';

const NAMESPACE = 'test.many';
const DOCUMENTS = 4_000;
const GROUPS = 100;

/** The database, which counts how often a range of keys is read, and how many keys come of it. */
class CountingStore extends LmdbStore {
  reads = 0;
  keys = 0;

  override range(...stretch: Parameters<LmdbStore['range']>): Entry[] {
    const entries = super.range(...stretch);
    this.reads++;
    this.keys += entries.length;
    return entries;
  }
}

/**
 * In the worst case there is a pause, in which everything may change, after each document: here always, unless `step`
 * is 0.
 */
describe('embedded: a query over many ranges', () => {
  const dir = temporaryDirectory();
  const { now } = performance;
  let store: CountingStore;
  let catalog: Catalog;
  let clock = 0;
  /** Milliseconds between two readings of the clock. */
  let step = 0;
  const all = Array.from({ length: DOCUMENTS }, (_, i) => i);
  const limits = () => ({ keys: 0, documents: 0, deadline: Infinity });
  const dataOf = (i: number): Document => toDocument({ _id: i, group: i % GROUPS, at: DOCUMENTS - i });

  before(() => {
    store = new CountingStore(dir);
    catalog = new Catalog(store);
    store.transact(() => {
      const collection = catalog.ensure(NAMESPACE);
      const index = catalog.addIndex(collection, { name: 'group_1_at_1', key: toDocument({ group: 1, at: 1 }) });
      catalog.finishIndex(collection, index);
      for (let i = 0; i < DOCUMENTS; i++) collection.insert(store, dataOf(i), encodeStored(dataOf(i)));
    });
    performance.now = () => (clock += step);
  });
  beforeEach(() => {
    store.reads = store.keys = 0;
    step = 1_000;
  });
  after(async () => {
    performance.now = now;
    await store.close();
    rmSync(dir, { recursive: true });
  });

  /** Runs work in slices, as the engine does, in one transaction. */
  function run<T>(work: Work<T>): T {
    return store.transact(() => {
      for (;;) {
        beginSlice();
        const step = work.next();
        if (step.done) return step.value;
      }
    });
  }

  function* idsOf(filter: Document, sort: Document, most = Infinity): Work<number[]> {
    const collection = catalog.get(NAMESPACE);
    assert.ok(collection);
    const plan = choosePlan(store, collection, filter, parseSort(sort));
    assert.deepEqual([plan.stage, plan.sorted], ['IXSCAN', true]);
    const ids: number[] = [];
    for (const found of scan(store, collection, plan, compileFilter(filter), limits())) {
      if (found) ids.push(found.document._id as number);
      else yield undefined;
      if (ids.length === most) break;
    }
    return ids;
  }

  it('reads only as much as the documents need in the order of another field', () => {
    step = 0;
    const filter = toDocument({ group: toDocument({ $in: all.slice(0, GROUPS) }) });
    const { compare } = Buffer;
    for (const [direction, wanted] of [[1, [...all].reverse()], [-1, all]] as const) {
      store.reads = store.keys = 0;
      let compared = 0;
      Buffer.compare = (a, b) => {
        compared++;
        return compare(a, b);
      };
      try {
        assert.deepEqual(run(idsOf(filter, toDocument({ at: direction }))), wanted);
      } finally {
        Buffer.compare = compare;
      }
      assert.ok(store.reads <= 6 * GROUPS && store.keys === DOCUMENTS, `${store.reads} reads of ${store.keys} keys`);
      assert.ok(compared <= DOCUMENTS * 2 * Math.ceil(Math.log2(GROUPS)), `${compared} comparisons`);
    }
  });

  it('reads a little of each range after a pause, not all that it had read ahead', () => {
    const filter = toDocument({ group: toDocument({ $in: all.slice(0, GROUPS) }) });
    const some = 200;
    assert.deepEqual(run(idsOf(filter, toDocument({ at: -1 }), some)), all.slice(0, some));
    assert.ok(store.keys <= (some + 1) * GROUPS * 2, `${store.keys} keys`);
  });

  it('reads only as much as the ranges need in no order', () => {
    const ids = Array.from({ length: 1_000 }, (_, i) => i * 4);
    const filter = toDocument({ _id: toDocument({ $in: [...ids].reverse() }) });
    assert.deepEqual(run(idsOf(filter, toDocument({}))), ids);
    assert.ok(store.reads <= 3 * ids.length && store.keys <= 2 * ids.length, `${store.reads} reads of ${store.keys} keys`);
    store.reads = store.keys = 0;
    const { matched } = run(deleteStatement({ store, catalog, namespace: NAMESPACE, limits: limits() }, { filter }, true));
    assert.equal(matched, ids.length);
    assert.ok(store.reads <= 3 * ids.length && store.keys <= 2 * ids.length, `${store.reads} reads of ${store.keys} keys`);
    assert.deepEqual(run(idsOf(filter, toDocument({}))), []);
  });
});
