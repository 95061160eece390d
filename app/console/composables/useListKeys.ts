import { nextTick, onMounted, onUnmounted, ref, watch, type Ref } from 'vue';
import { hasOwnKeys, isTyping } from '../lib/keys';

/**
 * j and k go down and up in a list, Enter opens the row.
 * @param length how many rows there are
 * @param open what Enter does with a row, by its number
 * @returns the number of the row that the keys are at, -1 for none; that row has the class `at`
 */
export function useListKeys(length: () => number, open: (index: number) => void): Ref<number> {
  const at = ref(-1);
  function onKey(event: KeyboardEvent): void {
    if (isTyping(event)) return;
    if (event.key === 'j') at.value = Math.min(at.value + 1, length() - 1);
    else if (event.key === 'k') at.value = Math.max(at.value - 1, 0);
    else if (event.key === 'Enter' && at.value >= 0 && at.value < length() && !hasOwnKeys(event)) open(at.value);
    else return;
    event.preventDefault();
    void nextTick(() => document.querySelector('.at')?.scrollIntoView({ block: 'nearest' }));
  }
  watch(length, now => { at.value = Math.min(at.value, now - 1); });
  onMounted(() => addEventListener('keydown', onKey));
  onUnmounted(() => removeEventListener('keydown', onKey));
  return at;
}
