/** Whether a text has no lone surrogate, which is no character and has no UTF-8. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}
