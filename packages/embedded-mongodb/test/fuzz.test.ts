import assert from 'node:assert/strict';
import mongoose from 'mongoose';
import { Maker, randomOf } from './fuzz-support';
import type { Query } from './fuzz-support';
import { MongoServerError, TestServer } from './support';
import type { Collection } from './support';

const { BSON } = mongoose.mongo;
const SEED = 20_240_229;
const QUERIES = Number(process.env.FUZZ_QUERIES ?? 1000);
const PER_COLLECTION = 100;
const DOCUMENTS = 60;

const show = (value: unknown): string => BSON.EJSON.stringify(value, { relaxed: false });

/** The result of a query: the documents, as a set when their order is open, or the error. */
async function answer(collection: Collection, { filter, sort, projection, skip, limit, collation, inOrder }: Query): Promise<string[]> {
  try {
    const found = await collection.find(filter as never, { sort, projection, skip, limit, collation, promoteValues: false, promoteLongs: false }).toArray();
    const texts = found.map(show);
    return inOrder ? texts : texts.sort();
  } catch (error) {
    if (error instanceof MongoServerError) return [`error ${String(error.code)}`];
    throw error;
  }
}

async function count(collection: Collection, { filter, collation }: Query): Promise<number | string> {
  try {
    return await collection.countDocuments(filter as never, { collation });
  } catch (error) {
    if (error instanceof MongoServerError) return `error ${String(error.code)}`;
    throw error;
  }
}

/** A query has the same answer with any indexes. */
describe(`embedded: ${QUERIES} queries with and without indexes`, () => {
  const server = new TestServer();
  before(() => server.start());
  after(() => server.stop());

  const stored = async (collection: Collection) => await collection.find({}, { promoteValues: false, promoteLongs: false, sort: { _id: 1 } }).toArray();

  /** The same documents with indexes and without; documents that a unique index refuses are in neither collection. */
  async function pair(maker: Maker): Promise<[Collection, Collection, string]> {
    const [indexed, plain] = [server.fresh(), server.fresh()];
    const indexes = maker.indexes();
    for (const [key, options] of indexes) await indexed.createIndex(key, options);
    await indexed.insertMany(maker.documents(DOCUMENTS), { ordered: false }).catch(() => undefined);
    await plain.insertMany(await stored(indexed));
    return [indexed, plain, show(indexes)];
  }

  /** Changes single documents of both; changes that the indexed one refuses are not made in the other. */
  async function change(maker: Maker, indexed: Collection, plain: Collection): Promise<void> {
    for (let i = 0; i < 8; i++) {
      const _id = maker.int(DOCUMENTS) as never;
      const removing = maker.chance(0.1);
      const update = maker.update();
      try {
        if (removing) await indexed.deleteOne({ _id });
        else await indexed.updateOne({ _id }, update);
      } catch (error) {
        if (error instanceof MongoServerError) continue;
        throw error;
      }
      if (removing) await plain.deleteOne({ _id });
      else await plain.updateOne({ _id }, update);
    }
    assert.equal(show(await stored(indexed)), show(await stored(plain)));
  }

  const rounds = Math.ceil(QUERIES / PER_COLLECTION);
  for (let round = 0; round < rounds; round++) {
    it(`seed ${SEED + round}`, async () => {
      const maker = new Maker(randomOf(SEED + round));
      const [indexed, plain, indexes] = await pair(maker);
      for (let i = 0; i < Math.min(PER_COLLECTION, QUERIES - round * PER_COLLECTION); i++) {
        if (i % 25 === 24) await change(maker, indexed, plain);
        const query = maker.query();
        const [withIndexes, without] = await Promise.all([answer(indexed, query), answer(plain, query)]);
        assert.deepEqual(withIndexes, without, `${show(query)} with ${indexes}`);
        if (i % 10 === 0) assert.equal(await count(indexed, query), await count(plain, query), `the count of ${show(query.filter)} with ${indexes}`);
      }
      await Promise.all([indexed.drop(), plain.drop()]);
    });
  }
});
