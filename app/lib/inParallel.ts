/**
 * Works through a list, some items at a time.
 * @param limit most items under way at once
 * @throws what `work` throws first; no further item is begun then, and those under way are waited for
 */
export async function inParallel<T>(items: readonly T[], limit: number, work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  let failed = false;
  const worker = async () => {
    while (next < items.length && !failed) {
      await work(items[next++]).catch(error => {
        failed = true;
        throw error;
      });
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: Math.min(limit, items.length) }, worker));
  const broken = ends.find(end => end.status === 'rejected');
  if (broken) throw broken.reason;
}
