/**
 * Cuts a text into parts that overlap, so that a phrase across a cut is whole in one of them. No character outside the
 * Basic Multilingual Plane (an emoji) is cut in two.
 * @param size most UTF-16 code units of a part, which keeps to a limit in characters, too
 * @param overlap how many of them the next part repeats; less than half of size
 * @return at least one part; together they hold the whole text
 */
export function textParts(text: string, size: number, overlap: number): string[] {
  const parts: string[] = [];
  let start = 0;
  for (;;) {
    const end = start + size >= text.length ? text.length : boundary(text, start + size);
    parts.push(text.slice(start, end));
    if (end === text.length) return parts;
    start = boundary(text, end - overlap);
  }
}

/** The position itself, or the one before it when it is within a character. */
function boundary(text: string, at: number): number {
  return isHigh(text.charCodeAt(at - 1)) && isLow(text.charCodeAt(at)) ? at - 1 : at;
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
