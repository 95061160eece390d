import type { Server } from './server';

export type Db = Awaited<ReturnType<Server['database']>>;

/** The seconds after which documents expire, by the collection and the field. */
export async function expiryOf(db: Pick<Db, 'collection'>, collection: string, field: string): Promise<unknown> {
  const indexes = await db.collection(collection).listIndexes().toArray();
  return indexes.find(({ key, expireAfterSeconds }) => JSON.stringify(key) === JSON.stringify({ [field]: 1 }) && expireAfterSeconds !== undefined)?.expireAfterSeconds;
}
