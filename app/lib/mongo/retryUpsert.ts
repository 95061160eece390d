import { isDuplicateKey } from './errors';

/**
 * An update that makes a missing document. When two upserts of one `_id` race, or the filter excludes an existing
 * document, the insert is a duplicate: then the update is done once more, without making any.
 * @param write called with `{ upsert: true }`, and after a duplicate with `{ upsert: false }`
 * @throws the driver's other errors
 */
export async function retryUpsert<T>(write: (options: { upsert: boolean }) => PromiseLike<T>): Promise<T> {
  try {
    return await write({ upsert: true });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    return write({ upsert: false });
  }
}
