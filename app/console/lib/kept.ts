const PREFIX = 'weapp-hub.';

/** What this browser keeps under a name; null when there is nothing, or the browser keeps nothing. */
export function kept(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

/** Keeps a preference in this browser; one that keeps nothing starts anew each time. */
export function keep(name: string, value: string): void {
  try {
    localStorage.setItem(PREFIX + name, value);
  } catch {
    // Storage is switched off: the preference lasts as long as the page.
  }
}

/** Forgets a preference. */
export function forget(name: string): void {
  try {
    localStorage.removeItem(PREFIX + name);
  } catch {
    // Nothing was kept.
  }
}
