import { onUnmounted } from 'vue';

/**
 * Does something once things have been quiet for a while, such as a search after the last letter.
 * @param action what is done
 * @param ms how long it must be quiet
 */
export function useLater<A extends unknown[]>(action: (...given: A) => void, ms: number): (...given: A) => void {
  let timer = 0;
  onUnmounted(() => clearTimeout(timer));
  return (...given) => {
    clearTimeout(timer);
    timer = window.setTimeout(() => action(...given), ms);
  };
}
