import type { mongo } from 'mongoose';

/** Documents that one command removes, about. */
const PART = 1_000;

interface Options {
  /** A date that each document has; filter and date together have an index. */
  field: string;
  /** Later ones stay. */
  upTo: Date;
  /** Called before each part; may throw. */
  check?(): void;
}

/**
 * Removes documents, the oldest first and in parts, so that no command exceeds the time-out.
 * @return how many
 * @throws the driver's errors, and those of `check`
 */
export async function removeInParts<T extends mongo.Document>(collection: mongo.Collection<T>, filter: object, { field, upTo, check }: Options): Promise<number> {
  for (let removed = 0; ;) {
    check?.();
    const older = (than: Date) => ({ ...filter, [field]: { $lte: than } }) as mongo.Filter<T>;
    const part = await collection.find(older(upTo), { projection: { _id: 0, [field]: 1 }, sort: { [field]: 1 }, limit: PART }).toArray();
    const last = part.at(-1) as Record<string, Date> | undefined;
    if (!last) return removed;
    const { deletedCount } = await collection.deleteMany(older(last[field]));
    if (deletedCount === 0) return removed;
    removed += deletedCount;
  }
}
