import { ref, shallowRef, type Ref, type ShallowRef } from 'vue';

/**
 * Something that the person starts: one at a time, its failure kept to be shown.
 * @param work what is done; its failure does not leave
 */
export function useTask<A extends unknown[]>(work: (...given: A) => Promise<unknown>): { run: (...given: A) => Promise<boolean>; busy: Ref<boolean>; error: ShallowRef<unknown> } {
  const busy = ref(false);
  const error = shallowRef<unknown>(null);
  async function run(...given: A): Promise<boolean> {
    if (busy.value) return false;
    busy.value = true;
    error.value = null;
    try {
      await work(...given);
      return true;
    } catch (reason) {
      error.value = reason;
      return false;
    } finally {
      busy.value = false;
    }
  }
  return { run, busy, error };
}
