import { onMounted, onUnmounted } from 'vue';

/** Listens to one key, wherever the focus is, as long as the component is there. */
export function useWindowKey(key: string, action: (event: KeyboardEvent) => void): void {
  const onKey = (event: KeyboardEvent) => { if (event.key === key) action(event); };
  onMounted(() => addEventListener('keydown', onKey));
  onUnmounted(() => removeEventListener('keydown', onKey));
}
