import { mongo } from 'mongoose';
import { isDuplicateKey } from './errors';

const { BSON } = mongo;

/** Options for reading: numbers, binaries and regular expressions keep their BSON types. */
const FAITHFUL = { promoteValues: false, promoteLongs: false, promoteBuffers: false, bsonRegExp: true } as const;

const BATCH = 500;
const BATCH_BYTES = 8 << 20;
/** The code with which createIndexes says that the collection exists. */
const EXISTS = 48;

interface Options {
  from: mongo.Db;
  to: mongo.Db;
  /** Ends the copying after the present batch. */
  signal?: AbortSignal;
  /** Called with the number of documents that the target holds. */
  onProgress?: (documents: number) => void;
}

/** A document of the target differs from the one of the source. Nothing has been overwritten. */
export class CopyConflict extends Error {
  constructor(readonly collection: string) {
    super(`${collection} holds a document that differs from the one to be copied`);
    this.name = 'CopyConflict';
  }
}

type Raw = mongo.Document & { _id: unknown };

/**
 * Copies the documents of a collection that the target does not hold yet, a batch at a time. Existing ones are compared
 * and never overwritten, so that running it again continues a copy that broke off.
 * @return how many documents there are
 * @throws {CopyConflict}; the reason of `signal`; the driver's errors
 */
export async function copyCollection(name: string, { from, to, signal, onProgress }: Options): Promise<number> {
  const target = to.collection<Raw>(name);
  let copied = 0;
  let batch: Raw[] = [];
  let bytes = 0;
  const flush = async () => {
    await insertMissing(target, batch);
    copied += batch.length;
    onProgress?.(copied);
    batch = [];
    bytes = 0;
    signal?.throwIfAborted();
  };
  for await (const document of from.collection<Raw>(name).find({}, { batchSize: BATCH, ...FAITHFUL })) {
    batch.push(document as Raw);
    bytes += BSON.calculateObjectSize(document);
    if (batch.length >= BATCH || bytes >= BATCH_BYTES) await flush();
  }
  if (batch.length > 0) await flush();
  return copied;
}

async function insertMissing(target: mongo.Collection<Raw>, documents: Raw[]): Promise<void> {
  try {
    await target.insertMany(documents as mongo.OptionalUnlessRequiredId<Raw>[], { ordered: false });
    return;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
  const there = new Map<string, Raw>();
  for await (const document of target.find({ _id: { $in: documents.map(({ _id }) => _id) } } as unknown as mongo.Filter<Raw>, FAITHFUL)) there.set(keyOf(document), document as Raw);
  for (const document of documents) {
    const found = there.get(keyOf(document));
    if (!found || !Buffer.from(BSON.serialize(found)).equals(BSON.serialize(document))) throw new CopyConflict(target.collectionName);
  }
}

function keyOf({ _id }: Raw): string {
  return Buffer.from(BSON.serialize({ _id })).toString('base64');
}

type IndexSpec = mongo.IndexDescription & { v?: unknown; ns?: unknown };

/** The indexes of a collection, except that on `_id`, in the form that createIndexes takes. */
async function indexesOf(collection: mongo.Collection): Promise<mongo.IndexDescription[]> {
  const found = await collection.listIndexes().toArray() as IndexSpec[];
  return found.filter(({ name }) => String(name) !== '_id_').map(({ v: _version, ns: _namespace, ...spec }) => spec);
}

/**
 * Makes a missing collection, and removes the indexes by which its documents expire: none may expire while they are
 * counted.
 * @throws the driver's errors
 */
export async function prepareCollection(name: string, to: mongo.Db): Promise<void> {
  await to.createCollection(name).catch(error => {
    if ((error as { code?: number }).code !== EXISTS) throw error;
  });
  const collection = to.collection(name);
  for (const { name: index, expireAfterSeconds } of await indexesOf(collection)) {
    if (expireAfterSeconds !== undefined) await collection.dropIndex(String(index));
  }
}

/**
 * Builds the indexes of a collection in the target.
 * @return how many there are, beside that on `_id`
 * @throws the driver's errors: 85, 86 when the target has others of the same name
 */
export async function copyIndexes(name: string, { from, to }: Options): Promise<number> {
  const indexes = await indexesOf(from.collection(name));
  if (indexes.length > 0) await to.collection(name).createIndexes(indexes);
  return indexes.length;
}

/** The names of a database's collections, without the server's own. */
export async function collectionsOf(db: mongo.Db): Promise<string[]> {
  const found = await db.listCollections({}, { nameOnly: true }).toArray();
  return found.map(({ name }) => String(name)).filter(name => !name.startsWith('system.')).sort();
}
