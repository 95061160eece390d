import type { mongo } from 'mongoose';

/**
 * The server's codes: no such collection, no such index; a user that may not change an index, and a server that cannot.
 */
const NOT_THERE = new Set([26, 27]);
const MAY_NOT = new Set([13, 59, 8000]);

/** An index by which documents expire. */
export interface Expiry {
  key: Record<string, 1 | -1>;
  expireAfterSeconds: number;
}

interface Index {
  name: string;
  key: Record<string, number>;
  expireAfterSeconds?: number;
}

/**
 * Sets the present expiry time of existing indexes that were built with another one: it counts for all documents, old
 * ones too. Where the database's user may build indexes but not change them, they are removed, to be built anew.
 * @throws the driver's errors
 * @see https://www.mongodb.com/docs/v4.4/reference/command/collMod/
 */
export async function changeExpiries(db: mongo.Db, collection: string, expiries: Expiry[]): Promise<void> {
  const there = await db.collection(collection).listIndexes().toArray().catch(ignoreNotThere) as Index[] | undefined;
  for (const { key, expireAfterSeconds } of expiries) {
    const index = there?.find(one => JSON.stringify(one.key) === JSON.stringify(key));
    if (!index || index.expireAfterSeconds === expireAfterSeconds) continue;
    try {
      if (index.expireAfterSeconds === undefined) throw new Error('before 5.1 no index becomes one by which documents expire');
      await db.command({ collMod: collection, index: { keyPattern: key, expireAfterSeconds } });
    } catch (error) {
      const { code } = error as { code?: number };
      if (code !== undefined && !MAY_NOT.has(code)) throw error;
      await db.collection(collection).dropIndex(index.name).catch(ignoreNotThere);
    }
  }
}

function ignoreNotThere(error: { code?: number }): undefined {
  if (!NOT_THERE.has(error.code ?? 0)) throw error;
}
