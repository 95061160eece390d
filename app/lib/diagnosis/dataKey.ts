import type { mongo } from 'mongoose';
import { fieldAad, type EncryptedField } from '../crypto/encryptedFields';
import { FieldCipherError, type FieldCipher } from '../crypto/fieldCipher';
import { no, ok, warn, type Check } from './check';

/** Documents of each kind that are tried. */
const SAMPLE = 50;
const APPS = 50;

/**
 * Checks that DATA_KEY and DATA_KEYS_OLD decrypt stored data, by the latest session keys, some phone numbers and the
 * tokens.
 * @throws the driver's errors
 */
export async function diagnoseDataKey(db: mongo.Db, cipher: FieldCipher, appids: readonly string[]): Promise<Check> {
  const name = 'data key';
  const texts = await samples(db, appids.slice(0, APPS));
  const unreadable = texts.filter(({ field, id, text }) => !opens(cipher, text, fieldAad(field, id)));
  if (unreadable.length > 0) {
    const fields = [...new Set(unreadable.map(({ field }) => field))].join(', ');
    return no(name, `${unreadable.length} of ${texts.length} texts that were tried cannot be read (${fields})`, 'set DATA_KEY to the key they were stored with, or add that to DATA_KEYS_OLD');
  }
  const old = texts.filter(({ text }) => cipher.isOld(text)).length;
  if (old > 0) return warn(name, `${old} of ${texts.length} texts that were tried are under a former key`, 'run "npm run rekey" once every instance has the present DATA_KEY');
  return ok(name, texts.length > 0 ? `it opens the ${texts.length} texts that were tried` : 'nothing is stored under it yet');
}

function opens(cipher: FieldCipher, text: string, aad: string): boolean {
  try {
    cipher.decrypt(text, aad);
    return true;
  } catch (error) {
    if (error instanceof FieldCipherError) return false;
    throw error;
  }
}

interface Sample {
  field: EncryptedField;
  id: string;
  text: string;
}

interface Stored {
  _id: string;
  phone?: { cipher?: string };
  sessionKey?: { cipher?: string };
  token?: { cipher?: string };
}

async function samples(db: mongo.Db, appids: readonly string[]): Promise<Sample[]> {
  const read = (field: EncryptedField, filter: mongo.Filter<Stored>, sort: mongo.Sort = {}) => {
    const [collection, name] = field.split('.') as [string, 'phone' | 'sessionKey' | 'token'];
    return db.collection<Stored>(collection).find(filter, { projection: { [name]: 1 }, sort, limit: SAMPLE }).toArray()
      .then(documents => documents.flatMap(document => {
        const text = document[name]?.cipher;
        return text === undefined ? [] : [{ field, id: document._id, text }];
      }));
  };
  const found = await Promise.all([
    read('accessTokens.token', { _id: { $in: [...appids] } }),
    read('users.phone', { 'phone.index': { $exists: true } }),
    ...appids.map(appid => read('openids.sessionKey', { appid } as mongo.Filter<Stored>, { lastSeenAt: -1 })),
  ]);
  return found.flat();
}
