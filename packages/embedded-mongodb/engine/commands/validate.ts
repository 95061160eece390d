import { decode } from '../../bson';
import type { Document } from '../../bson';
import { MongoError } from '../../errors';
import { recordOf } from '../../storage/collection';
import type { Collection } from '../../storage/collection';
import type { Index } from '../../storage/index';
import { due } from '../../storage/slice';
import type { Work } from '../../storage/slice';
import type { Entry, LmdbStore, Store } from '../../storage/store';
import { checkFields, deadlineOf, namespaceOf } from '../arguments';
import type { Handler } from '../engine';
import { truthy } from '../match';

const BATCH = 256;
const MAX_ERRORS = 100;
const ZERO = Buffer.from([0]);

/** The counts of an index: entries that its documents need, the missing ones among them, and all entries. */
interface Findings { expected: number; missing: number; found: number }

/** All entries of a range of the database as it was; `undefined` to pause. */
function* walk(read: Pick<Store, 'range'>, start: Buffer, end: Buffer, deadline: number): Generator<Entry | undefined, void, void> {
  let from = start;
  for (;;) {
    const batch = read.range(from, end, false, BATCH);
    yield* batch;
    if (batch.length < BATCH) return;
    from = Buffer.concat([batch[batch.length - 1].key, ZERO]);
    if (!due()) continue;
    if (Date.now() > deadline) throw new MongoError(50, 'operation exceeded time limit');
    yield undefined;
  }
}

/** Reads every document and compares every index with the documents, in the state at its beginning. */
function* examine(store: LmdbStore, collection: Collection, deadline: number): Work<Document> {
  const snapshot = store.snapshot();
  const read: Pick<Store, 'get' | 'range'> = { get: key => store.get(key, snapshot), range: (...stretch) => store.range(...stretch, snapshot) };
  const indexes = new Map<Index, Findings>(collection.indexes.filter(({ building }) => !building).map(index => [index, { expected: 0, missing: 0, found: 0 }]));
  const errors: string[] = [];
  let [nrecords, nInvalidDocuments] = [0, 0];
  try {
    for (const entry of walk(read, collection.prefix, collection.end, deadline)) {
      if (!entry) {
        yield undefined;
        continue;
      }
      nrecords++;
      const record = recordOf(entry.key);
      try {
        const document = decode(entry.value);
        for (const [index, findings] of indexes) {
          const { expected, missing } = collection.entries(read, index, record, document);
          findings.expected += expected;
          findings.missing += missing;
        }
      } catch (error) {
        nInvalidDocuments++;
        if (errors.length < MAX_ERRORS) errors.push(`record ${record}: ${(error as Error).message}`);
      }
    }
    for (const [index, findings] of indexes) {
      for (const entry of walk(read, index.prefix, index.end, deadline)) {
        if (entry) findings.found++;
        else yield undefined;
      }
    }
  } finally {
    store.release(snapshot);
  }
  return report(collection, indexes, nrecords, nInvalidDocuments, errors);
}

function report({ namespace }: Collection, indexes: Map<Index, Findings>, nrecords: number, nInvalidDocuments: number, errors: string[]): Document {
  const keysPerIndex: Document = {};
  const indexDetails: Document = {};
  for (const [{ spec }, { expected, missing, found }] of indexes) {
    const extra = found - (expected - missing);
    keysPerIndex[spec.name] = found;
    indexDetails[spec.name] = { valid: missing === 0 && extra === 0 };
    if (missing) errors.push(`index ${spec.name}: ${missing} entries are missing`);
    if (extra) errors.push(`index ${spec.name}: ${extra} entries belong to no document`);
  }
  return {
    ns: namespace, nInvalidDocuments, nNonCompliantDocuments: 0, nrecords, nIndexes: indexes.size, keysPerIndex, indexDetails,
    valid: errors.length === 0, repaired: false, warnings: [], errors, extraIndexEntries: [], missingIndexEntries: [], corruptRecords: [], ok: 1,
  };
}

/** https://www.mongodb.com/docs/manual/reference/command/validate/ */
const validate: Handler = async (engine, request) => {
  const { body } = request;
  checkFields('validate', body, ['full', 'repair', 'metadata', 'background', 'checkBSONConformance', 'fixMultikey']);
  const refused = ['repair', 'fixMultikey'].find(name => truthy(body[name]));
  if (refused) throw new MongoError(2, `validate with the option '${refused}' is not supported`);
  const namespace = namespaceOf(request.database, body.validate);
  const deadline = deadlineOf(body);
  return engine.readSnapshot(() => {
    const collection = engine.catalog.get(namespace);
    if (!collection) throw new MongoError(26, `Collection '${namespace}' does not exist to validate.`);
    return examine(engine.store, collection, deadline);
  });
};

export const VALIDATE_COMMANDS: Record<string, Handler> = { validate };
