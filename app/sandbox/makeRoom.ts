/** Makes room for one more in a map that is bounded: the oldest goes first. */
export function makeRoom(map: Map<string, unknown>, limit: number): void {
  const [oldest] = map.keys();
  if (map.size >= limit) map.delete(oldest);
}
