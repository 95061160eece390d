import assert from 'node:assert/strict';
import fc from 'fast-check';
import { MongoServerError, TestServer } from './support';

interface Item { _id: number; a?: number; b?: string; list?: number[] }
type Operation = { kind: 'insert'; item: Item } | { kind: 'inc'; min: number; by: number } | { kind: 'push'; a: number; value: number } | { kind: 'pull'; value: number }
| { kind: 'unset'; id: number } | { kind: 'upsert'; id: number; b: string } | { kind: 'remove'; min: number } | { kind: 'claim'; by: number };

const small = fc.integer({ min: 0, max: 6 });
const text = fc.constantFrom('x', 'y', 'z');
const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ kind: fc.constant('insert' as const), item: fc.record({ _id: small, a: small, b: text, list: fc.array(small, { maxLength: 3 }) }, { requiredKeys: ['_id'] }) }),
  fc.record({ kind: fc.constant('inc' as const), min: small, by: fc.integer({ min: -2, max: 2 }) }),
  fc.record({ kind: fc.constant('push' as const), a: small, value: small }),
  fc.record({ kind: fc.constant('pull' as const), value: small }),
  fc.record({ kind: fc.constant('unset' as const), id: small }),
  fc.record({ kind: fc.constant('upsert' as const), id: small, b: text }),
  fc.record({ kind: fc.constant('remove' as const), min: small }),
  fc.record({ kind: fc.constant('claim' as const), by: small }),
);

/** These operations by MongoDB's documentation, on plain objects in the order of `_id`. */
class Model {
  items = new Map<number, Item>();

  sorted(): Item[] {
    return [...this.items.values()].sort((x, y) => x._id - y._id);
  }

  apply(op: Operation): void {
    const all = this.sorted();
    switch (op.kind) {
      case 'insert': if (!this.items.has(op.item._id)) this.items.set(op.item._id, structuredClone(op.item)); break;
      case 'inc': for (const item of all) if (item.a !== undefined && item.a >= op.min) item.a += op.by; break;
      case 'push': for (const item of all) if (item.a === op.a) item.list = [...item.list ?? [], op.value]; break;
      case 'pull': for (const item of all) if (item.list) item.list = item.list.filter(value => value !== op.value); break;
      case 'unset': delete this.items.get(op.id)?.a; break;
      case 'upsert': this.items.set(op.id, { ...this.items.get(op.id) ?? { _id: op.id }, b: op.b }); break;
      case 'remove': for (const item of all) if (item.list?.some(value => value >= op.min)) this.items.delete(item._id); break;
      default: {
        const [first] = all.filter(({ b }) => b === 'x').sort((x, y) => (x.a ?? -Infinity) - (y.a ?? -Infinity) || x._id - y._id);
        if (first) Object.assign(first, { b: 'y', a: op.by });
      }
    }
  }
}

const queries = (n: number, b: string) => [
  { filter: { a: n }, test: ({ a }: Item) => a === n },
  { filter: { a: { $gte: n, $lt: n + 3 } }, test: ({ a }: Item) => a !== undefined && a >= n && a < n + 3 },
  { filter: { a: null }, test: ({ a }: Item) => a === undefined },
  { filter: { b, a: { $gt: n } }, test: (item: Item) => item.b === b && item.a !== undefined && item.a > n },
  { filter: { b: { $in: ['x', b] } }, test: (item: Item) => item.b === 'x' || item.b === b },
  { filter: { list: n }, test: ({ list }: Item) => list?.includes(n) ?? false },
  { filter: { list: { $gt: n, $lt: n + 2 } }, test: ({ list }: Item) => Boolean(list?.some(value => value > n) && list.some(value => value < n + 2)) },
  { filter: { $or: [{ a: n }, { list: n }] }, test: ({ a, list }: Item) => a === n || Boolean(list?.includes(n)) },
  { filter: { a: { $ne: n }, list: { $exists: true } }, test: ({ a, list }: Item) => a !== n && list !== undefined },
];

describe('embedded: random operations', function() {
  this.timeout(120_000);
  const server = new TestServer();
  before(() => server.start());
  after(() => server.stop());

  for (const indexes of [[], [{ a: 1 }, { b: 1, a: -1 }, { list: 1 }, { b: -1, list: 1 }]] as Record<string, 1 | -1>[][]) {
    it(`have the results of a plain model, with ${indexes.length} indexes`, async () => {
      await fc.assert(fc.asyncProperty(fc.array(operation, { minLength: 1, maxLength: 25 }), small, text, async (operations, n, b) => {
        const collection = server.db().collection<Item>(`m${indexes.length}`);
        await collection.deleteMany({});
        for (const index of indexes) await collection.createIndex(index);
        const model = new Model();
        for (const op of operations) {
          model.apply(op);
          switch (op.kind) {
            case 'insert': await collection.insertOne({ ...op.item }).catch(error => assert.equal(error instanceof MongoServerError && error.code, 11000)); break;
            case 'inc': await collection.updateMany({ a: { $gte: op.min } }, { $inc: { a: op.by } }); break;
            case 'push': await collection.updateMany({ a: op.a }, { $push: { list: op.value } }); break;
            case 'pull': await collection.updateMany({}, { $pull: { list: op.value } }); break;
            case 'unset': await collection.updateOne({ _id: op.id }, { $unset: { a: '' } }); break;
            case 'upsert': await collection.updateOne({ _id: op.id }, { $set: { b: op.b } }, { upsert: true }); break;
            case 'remove': await collection.deleteMany({ list: { $gte: op.min } }); break;
            default: await collection.findOneAndUpdate({ b: 'x' }, { $set: { b: 'y', a: op.by } }, { sort: { a: 1, _id: 1 } });
          }
        }
        assert.deepEqual(await collection.find().sort({ _id: 1 }).toArray(), model.sorted());
        for (const { filter, test } of queries(n, b)) {
          assert.deepEqual(await collection.find(filter as never).sort({ _id: 1 }).toArray(), model.sorted().filter(test), JSON.stringify(filter));
        }
        const ordered = await collection.find({ b: 'x' }).sort({ a: -1, _id: 1 }).toArray();
        assert.deepEqual(ordered, model.sorted().filter(item => item.b === 'x').sort((x, y) => (y.a ?? -Infinity) - (x.a ?? -Infinity) || x._id - y._id));
      }), { numRuns: 60 });
    });
  }
});
