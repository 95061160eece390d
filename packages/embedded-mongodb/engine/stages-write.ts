import { randomUUID } from 'node:crypto';
import { ObjectId } from 'bson';
import { copyDocument, isDocument, newDocument } from '../bson';
import type { Document, Value } from '../bson';
import { MongoError } from '../errors';
import type { Catalog } from '../storage/catalog';
import type { Collection } from '../storage/collection';
import { due } from '../storage/slice';
import type { Work } from '../storage/slice';
import { show } from '../storage/index';
import { namespaceOf } from './arguments';
import { equal } from './compare';
import { compileExpression } from './expression';
import { getPath } from './path';
import { compilePipelineUpdate } from './pipeline-update';
import { typeName } from './types';
import { finish } from './update';
import type { Updater } from './update';
import { insertOne, updateStatement } from './write';
import type { Target } from './write';

/** The last stage of a pipeline that writes: its target, and how the documents are written there; within the writer. */
export interface WriteStage {
  name: string;
  namespace: string;
  write(target: Target, documents: Document[]): Work<void>;
  /** Removes what a failed `write` has left beside the collection; within the writer. */
  cleanUp?(catalog: Catalog): void;
}

/** The `$out` or `$merge` at a pipeline's end, compiled; undefined when there is none. */
export function compileWriteStage(stages: Value, database: string): WriteStage | undefined {
  const last = Array.isArray(stages) ? stages[stages.length - 1] : undefined;
  const [name] = isDocument(last) ? Object.keys(last) : [];
  if (!isDocument(last) || name !== '$out' && name !== '$merge') return undefined;
  return name === '$out' ? outStage(last.$out, database) : mergeStage(last.$merge, database);
}

function namespaceOfStage(name: string, operand: Value, database: string): string {
  if (typeof operand === 'string') return namespaceOf(database, operand);
  if (!isDocument(operand)) throw new MongoError(name === '$out' ? 16990 : 51178, `${name} only supports a string or object argument, not ${typeName(operand)}`);
  if (operand.db !== undefined && typeof operand.db !== 'string') throw new MongoError(14, `BSON field '${name}.db' is the wrong type, expected type 'string'`);
  return namespaceOf(operand.db ?? database, operand.coll);
}

const TEMPORARY = 'tmp.agg_out.';

/**
 * The collection is replaced, with its indexes, when all documents are written; until then, and after an error, it is
 * unchanged.
 */
function outStage(operand: Value, database: string): WriteStage {
  const namespace = namespaceOfStage('$out', operand, database);
  const temporaryNamespace = `${namespace.slice(0, namespace.indexOf('.'))}.${TEMPORARY}${randomUUID()}`;
  return {
    name: '$out', namespace,
    * write({ catalog, ...target }, documents) {
      const known = catalog.get(namespace)?.indexes;
      const temporary = catalog.ensure(temporaryNamespace);
      for (const index of known ?? []) {
        if (!index.isId && !index.building) catalog.finishIndex(temporary, catalog.addIndex(temporary, index.spec));
      }
      for (const given of documents) {
        const { document, bytes } = finish(copyDocument(given));
        yield* insertOne({ ...target, catalog, namespace: temporaryNamespace }, bytes, document);
        if (due()) yield undefined;
        if (temporary.gone) throw new MongoError(175, `collection dropped: ${temporaryNamespace}`);
      }
      if (catalog.get(namespace)?.indexes !== known) throw new MongoError(28769, `indexes of target collection ${namespace} changed while processing $out`);
      catalog.rename(temporary, namespace);
    },
    cleanUp(catalog) {
      const temporary = catalog.get(temporaryNamespace);
      if (temporary) catalog.drop(temporary);
    },
  };
}

const WHEN_MATCHED = ['replace', 'keepExisting', 'merge', 'fail'];
const WHEN_NOT_MATCHED = ['insert', 'discard', 'fail'];

interface Merge { on: string[]; change: (found: Document, given: Document) => Document; whenNotMatched: string; insertsOnly: boolean }

/** https://www.mongodb.com/docs/manual/reference/operator/aggregation/merge/ */
function mergeStage(operand: Value, database: string): WriteStage {
  const options: Document = isDocument(operand) ? operand : { into: operand };
  for (const name of Object.keys(options)) if (!['into', 'on', 'let', 'whenMatched', 'whenNotMatched'].includes(name)) throw new MongoError(40415, `BSON field '$merge.${name}' is an unknown field.`);
  if (options.into === undefined) throw new MongoError(40414, 'BSON field \'$merge.into\' is missing but a required field');
  const namespace = namespaceOfStage('$merge', options.into, database);
  const { whenMatched = 'merge', whenNotMatched = 'insert' } = options;
  if (!Array.isArray(whenMatched) && !WHEN_MATCHED.includes(String(whenMatched))) throw new MongoError(9, `Enumeration value '${String(whenMatched)}' for field '$merge.whenMatched' is not a valid value.`);
  if (!WHEN_NOT_MATCHED.includes(String(whenNotMatched))) throw new MongoError(2, `Enumeration value '${String(whenNotMatched)}' for field '$merge.whenNotMatched' is not a valid value.`);
  const merge: Merge = { on: onFields(options.on), change: changeOf(whenMatched, options.let), whenNotMatched: String(whenNotMatched), insertsOnly: whenMatched === 'fail' };
  return { name: '$merge', namespace, * write(target, documents) {
    checkUnique(target.catalog.get(namespace), merge.on);
    for (const document of documents) {
      yield* mergeOne({ ...target, namespace }, merge, document);
      if (due()) yield undefined;
    }
  } };
}

function onFields(on: Value): string[] {
  if (on === undefined) return ['_id'];
  const fields = Array.isArray(on) ? on : [on];
  if (fields.length === 0) throw new MongoError(51187, 'If explicitly specifying $merge \'on\', must include at least one field');
  return fields.map((field, i) => {
    if (typeof field !== 'string') throw new MongoError(51134, `$merge 'on' array elements must be strings, but found ${typeName(field)}`);
    if (fields.indexOf(field) < i) throw new MongoError(31465, `Found a duplicate field '${field}'`);
    return field;
  });
}

function changeOf(whenMatched: Value, lets: Value): Merge['change'] {
  if (Array.isArray(whenMatched)) {
    const bound: Document = isDocument(lets) ? lets : { new: '$$ROOT' };
    const values = Object.keys(bound).map(name => [name, compileExpression(bound[name])] as const);
    return (found, given) => {
      const variables = newDocument();
      for (const [name, value] of values) variables[name] = value(given) ?? null;
      return compilePipelineUpdate(whenMatched, variables)(found);
    };
  }
  if (lets !== undefined) throw new MongoError(51199, 'Cannot use \'let\' variables with \'whenMatched: ' + String(whenMatched) + '\' mode');
  switch (whenMatched) {
    case 'replace': return (_found, given) => copyDocument(given);
    case 'merge': return (found, given) => Object.assign(copyDocument(found), given);
    default: return found => found;
  }
}

/** The fields that join must be those of a unique index. */
function checkUnique(collection: Collection | undefined, on: string[]): void {
  if (on.length === 1 && on[0] === '_id') return;
  const wanted = [...on].sort().join('\n');
  const found = collection?.indexes.some(({ unique, building, spec }) => unique && !building && !spec.partialFilterExpression && Object.keys(spec.key).sort().join('\n') === wanted);
  if (!found) throw new MongoError(51183, 'Cannot find index to verify that join fields will be unique');
}

function* mergeOne(target: Target, { on, change, whenNotMatched, insertsOnly }: Merge, given: Document): Work<void> {
  const document = copyDocument(given);
  if (document._id === undefined && on.includes('_id')) document._id = new ObjectId();
  const filter = newDocument();
  for (const path of on) {
    const value = getPath(document, path.split('.'));
    if (value === undefined || value === null || Array.isArray(value)) throw new MongoError(51132, '$merge write error: \'on\' field cannot be missing, null, undefined or an array');
    filter[path] = Object.assign(newDocument(), { $eq: value });
  }
  if (!insertsOnly) {
    const updater: Updater = { replacement: false, apply: found => keepId(found, change(found, document)) };
    const { matched } = yield* updateStatement(target, { filter }, updater, { multi: false, upsert: false });
    if (matched > 0 || whenNotMatched === 'discard') return;
    if (whenNotMatched === 'fail') throw new MongoError(13113, '$merge could not find a matching document in the target collection for at least one document in the source collection');
  }
  const finished = finish(document);
  yield* insertOne(target, finished.bytes, finished.document);
}

function keepId(found: Document, changed: Document): Document {
  if (changed._id !== undefined && !equal(changed._id, found._id)) {
    throw new MongoError(66, `$merge failed to update the matching document, did you attempt to modify the _id or the shard key? :: caused by :: After applying the update, the (immutable) field '_id' was found to have been altered to _id: ${show(changed._id)}`);
  }
  const result = newDocument();
  result._id = found._id;
  for (const name in changed) if (name !== '_id') result[name] = changed[name];
  return result;
}
