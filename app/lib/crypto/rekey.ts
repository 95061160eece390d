import type { mongo } from 'mongoose';
import type { BlindIndex } from './blindIndex';
import { fieldAad, phoneIndexText, type EncryptedField } from './encryptedFields';
import { FieldCipherError, type FieldCipher } from './fieldCipher';
import type { PhoneNumber } from '../wechat/endpoints/phone';

const BATCH = 500;

/** The counts of one pass over a field of every document. */
export interface RekeyPass {
  /** Texts found. */
  found: number;
  /** Texts encrypted anew, or given the present key's blind index. */
  renewed: number;
  /** Texts that another process changed meanwhile: left for the next pass. */
  changed: number;
  /** Texts that no key decrypts, by reason. */
  unreadable: Map<string, number>;
}

interface Options {
  db: mongo.Db;
  cipher: FieldCipher;
  blindIndex: BlindIndex;
  /** Ends the pass after its present batch. */
  signal?: AbortSignal;
  /** Called with the number of documents that have been read. */
  onProgress?: (documents: number) => void;
}

interface Stored {
  _id: string;
  [field: string]: unknown;
}

interface Encrypted {
  cipher?: unknown;
  index?: unknown;
}

/**
 * Encrypts a field of every document anew that is under a former key; a phone number gets the blind index of the
 * present key too. Texts under the present key stay as they are, so the next pass continues one that broke off. Each
 * write names the text that it replaces, so that a value that the server writes meanwhile is kept.
 * @throws the reason of `signal`; the driver's errors
 */
export async function rekeyField(field: EncryptedField, options: Options): Promise<RekeyPass> {
  const [collectionName, name] = field.split('.');
  const collection = options.db.collection<Stored>(collectionName);
  const pass: RekeyPass = { found: 0, renewed: 0, changed: 0, unreadable: new Map() };
  for (let looked = 0, after: string | undefined; ;) {
    options.signal?.throwIfAborted();
    const filter = after === undefined ? {} : { _id: { $gt: after } };
    const documents = await collection.find(filter, { projection: { [name]: 1 }, sort: { _id: 1 }, limit: BATCH }).toArray();
    if (documents.length === 0) return pass;
    const writes = documents.flatMap(document => renewal(document, field, options, pass) ?? []);
    if (writes.length > 0) {
      const { modifiedCount } = await collection.bulkWrite(writes.map(updateOne => ({ updateOne })), { ordered: false });
      pass.renewed += modifiedCount;
      pass.changed += writes.length - modifiedCount;
    }
    looked += documents.length;
    options.onProgress?.(looked);
    after = documents[documents.length - 1]._id;
  }
}

/** The update of a document; undefined when it needs none or cannot be decrypted. */
function renewal(document: Stored, field: EncryptedField, { cipher, blindIndex }: Options, pass: RekeyPass): mongo.UpdateOneModel<Stored> | undefined {
  const [, name] = field.split('.');
  const { cipher: text, index } = (document[name] ?? {}) as Encrypted;
  if (typeof text !== 'string') return undefined;
  pass.found++;
  const old = cipher.isOld(text);
  const indexed = field === 'users.phone';
  if (!old && !indexed) return undefined;
  const aad = fieldAad(field, document._id);
  try {
    const plain = cipher.decrypt(text, aad);
    const wanted = indexed ? blindIndex.of(phoneIndexText(JSON.parse(plain) as PhoneNumber)) : index;
    if (!old && wanted === index) return undefined;
    return {
      filter: { _id: document._id, [`${name}.cipher`]: text },
      update: {
        $set: {
          ...(old ? { [`${name}.cipher`]: cipher.encrypt(plain, aad) } : {}),
          ...(indexed ? { [`${name}.index`]: wanted } : {}),
        },
      },
    };
  } catch (error) {
    if (!(error instanceof FieldCipherError) && !(error instanceof SyntaxError)) throw error;
    const reason = error instanceof FieldCipherError ? error.message : 'what it holds is no phone number';
    pass.unreadable.set(reason, (pass.unreadable.get(reason) ?? 0) + 1);
    return undefined;
  }
}
