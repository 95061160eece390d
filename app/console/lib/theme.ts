import { ref } from 'vue';
import { forget, keep, kept } from './kept';

export type Theme = 'light' | 'dark' | 'system';

const KEY = 'theme';
const system = matchMedia('(prefers-color-scheme: dark)');

/** What the person has chosen; `system` follows the device. The first paint is public/theme.js's. */
export const theme = ref<Theme>((kept(KEY) as Theme | null) ?? 'system');
/** Whether the page is dark at the moment. */
export const dark = ref(document.documentElement.classList.contains('dark'));

function apply(): void {
  dark.value = theme.value === 'dark' || (theme.value === 'system' && system.matches);
  document.documentElement.classList.toggle('dark', dark.value);
}

system.addEventListener('change', apply);

/** Changes the theme, for this browser. */
export function setTheme(next: Theme): void {
  theme.value = next;
  if (next === 'system') forget(KEY);
  else keep(KEY, next);
  apply();
}
