/** Whether the keyboard says ⌘ where others say Ctrl. */
export const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent);

const OWN_KEYS = 'input, textarea, select, button, a, [contenteditable], [role="menu"], [role="listbox"], [role="radiogroup"]';

/** Whether a key goes to where the person is writing, and is no command. */
export function isTyping(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement | null;
  return event.isComposing || event.metaKey || event.ctrlKey || event.altKey || Boolean(target?.closest('input, textarea, select, [contenteditable], .el-dialog, .el-drawer'));
}

/** Whether Enter and Space belong to what has the focus. */
export function hasOwnKeys(event: KeyboardEvent): boolean {
  return Boolean((event.target as HTMLElement | null)?.closest(OWN_KEYS));
}
