import { isDuplicateKey } from './errors';

/**
 * An update that makes the document where there is none. When two of one `_id` race, or the filter leaves out a document
 * that is there, the insert is a duplicate: then the update is done once more, and makes nothing.
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
