const MOST = 20_000;

/** JSON or XML, a line per thing; other texts as they are. */
export function pretty(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value, null, 2).slice(0, MOST);
  const text = value.trim();
  if (text.startsWith('{') || text.startsWith('[')) {
    try {
      return JSON.stringify(JSON.parse(text), null, 2).slice(0, MOST);
    } catch {
      return text.slice(0, MOST);
    }
  }
  return (text.startsWith('<') ? indented(text) : text).slice(0, MOST);
}

/** An element that holds others begins a step further in. */
function indented(xml: string): string {
  let depth = 0;
  return xml.replace(/>\s*</g, '>\n<').split('\n').map(line => {
    const closes = /^<\//.test(line);
    if (closes) depth = Math.max(0, depth - 1);
    const shown = '  '.repeat(depth) + line;
    if (/^<[^!?/]/.test(line) && !/<\/|\/>$/.test(line)) depth += 1;
    return shown;
  }).join('\n');
}
