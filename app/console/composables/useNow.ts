import { onUnmounted, ref } from 'vue';

const now = ref(Date.now());
let users = 0;
let timer = 0;

/** The time, every ten seconds: one clock for all that count down. */
export function useNow(): typeof now {
  if (users++ === 0) {
    now.value = Date.now();
    timer = window.setInterval(() => { now.value = Date.now(); }, 10_000);
  }
  onUnmounted(() => { if (--users === 0) clearInterval(timer); });
  return now;
}
