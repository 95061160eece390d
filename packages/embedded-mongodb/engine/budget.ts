import { isDocument } from '../bson';
import type { Value } from '../bson';
import { MongoError } from '../errors';

/** https://www.mongodb.com/docs/manual/reference/limits/#mongodb-limit-Memory-Restrictions */
export const MAX_STAGE_BYTES = 100 * 1024 * 1024;

/** Throws MongoError 292 when a stage keeps more than 100 MB. */
export class Budget {
  private bytes = 0;
  constructor(private readonly stage: string) {}

  /** @param bytes negative when memory is released */
  spend(bytes: number): void {
    this.bytes += bytes;
    if (this.bytes > MAX_STAGE_BYTES) {
      throw new MongoError(292, `Exceeded memory limit for ${this.stage}, but didn't allow external sort. Pass allowDiskUse:true to opt in.`);
    }
  }
}

/** A value's size in memory, roughly. */
export function sizeOf(value: Value): number {
  if (typeof value === 'string') return 24 + 2 * value.length;
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + sizeOf(item), 32);
  if (!isDocument(value)) return 24;
  let sum = 48;
  for (const name in value) sum += 16 + sizeOf(value[name]);
  return sum;
}
