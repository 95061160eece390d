/** A key that nobody has made before; `crypto.randomUUID` is there behind TLS alone. */
export function randomKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, '0')).join('');
}
