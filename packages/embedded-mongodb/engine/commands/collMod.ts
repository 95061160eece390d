import { Long } from 'bson';
import { isDocument } from '../../bson';
import type { Document } from '../../bson';
import { MongoError } from '../../errors';
import type { Collection } from '../../storage/collection';
import { show } from '../../storage/index';
import type { Index, IndexSpec } from '../../storage/index';
import { checkFields, namespaceOf, optionalDocument } from '../arguments';
import type { Handler } from '../engine';
import { truthy } from '../match';
import { ttlSeconds } from './indexes';

const FIELDS = ['index', 'validator', 'validationLevel', 'validationAction', 'viewOn', 'pipeline', 'changeStreamPreAndPostImages', 'timeseries',
  'expireAfterSeconds', 'cappedSize', 'cappedMax', 'dryRun'];
const INDEX_FIELDS = ['keyPattern', 'name', 'hidden', 'expireAfterSeconds', 'unique', 'prepareUnique'];

/** The index that the command names. Throws MongoError 72, 27, 2. */
function indexMeant(collection: Collection, { keyPattern, name }: Document): Index {
  if ((keyPattern === undefined) === (name === undefined)) throw new MongoError(72, keyPattern === undefined ? 'Must specify either index name or key pattern' : 'Cannot specify both key pattern and name.');
  const found = collection.indexes.find(index => (isDocument(keyPattern) ? index.sameKey(keyPattern) : index.spec.name === name));
  if (!found) throw new MongoError(27, `cannot find index ${show(keyPattern ?? name)} for ns ${collection.namespace}`);
  if (found.building) throw new MongoError(12587, `cannot perform operation: an index build is currently running for collection ${collection.namespace}`);
  return found;
}

/** The changes of an index: new options, and their part of the reply. */
function changes(index: Index, wanted: Document): { options: Pick<IndexSpec, 'hidden' | 'expireAfterSeconds'>; reply: Document } {
  const { spec } = index;
  const options: Pick<IndexSpec, 'hidden' | 'expireAfterSeconds'> = {};
  const reply: Document = {};
  if (wanted.expireAfterSeconds !== undefined) {
    const seconds = ttlSeconds(spec.key, wanted.expireAfterSeconds);
    if (seconds !== spec.expireAfterSeconds) {
      options.expireAfterSeconds = seconds;
      if (spec.expireAfterSeconds !== undefined) reply.expireAfterSeconds_old = Long.fromNumber(spec.expireAfterSeconds);
      reply.expireAfterSeconds_new = Long.fromNumber(seconds);
    }
  }
  if (wanted.hidden !== undefined) {
    if (index.isId) throw new MongoError(2, 'can\'t hide _id index');
    const [before, hidden] = [spec.hidden === true, truthy(wanted.hidden)];
    if (before !== hidden) {
      options.hidden = hidden;
      Object.assign(reply, { hidden_old: before, hidden_new: hidden });
    }
  }
  return { options, reply };
}

/** Hides an index, shows it again, or changes when its documents expire. https://www.mongodb.com/docs/manual/reference/command/collMod/ */
const collMod: Handler = async (engine, request) => {
  const { body } = request;
  checkFields('collMod', body, FIELDS);
  const namespace = namespaceOf(request.database, body.collMod);
  const wanted = optionalDocument(body, 'index', 'collMod.index');
  const refused = FIELDS.find(name => name !== 'index' && truthy(body[name]));
  if (refused) throw new MongoError(2, `collMod with the option '${refused}' is not supported`);
  if (wanted) {
    checkFields('collMod.index', wanted, INDEX_FIELDS);
    if (wanted.unique !== undefined || wanted.prepareUnique !== undefined) throw new MongoError(2, 'collMod does not make an index unique here: create another one');
    if (wanted.hidden === undefined && wanted.expireAfterSeconds === undefined) throw new MongoError(72, 'no expireAfterSeconds, hidden, unique, or prepareUnique field');
  }
  return engine.writer.run(function* () {
    const collection = engine.catalog.get(namespace);
    if (!collection) throw new MongoError(26, `ns does not exist: ${namespace}`);
    if (!wanted) return { ok: 1 };
    const index = indexMeant(collection, wanted);
    const { options, reply } = changes(index, wanted);
    if (Object.keys(options).length) engine.catalog.replaceIndex(collection, index, index.with(options));
    return { ...reply, ok: 1 };
  });
};

export const COLL_MOD_COMMANDS: Record<string, Handler> = { collMod };
