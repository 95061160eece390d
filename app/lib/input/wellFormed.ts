/** Whether no character of a text lacks its other half: a surrogate alone is no character, and no UTF-8. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}
