/** The members of an object: each a value, or a list that is written item by item. */
export type Member = readonly [name: string, value: unknown] | readonly [name: string, items: AsyncIterable<unknown>];

/** Characters that are gathered into one piece. */
const CHUNK = 32_768;

/**
 * The JSON text of an object that is too large for memory, piece by piece, no faster than it is read.
 * @param members in their order
 */
export async function* jsonText(members: Iterable<Member>): AsyncGenerator<string, void> {
  let text = '{';
  let first = true;
  for (const [name, value] of members) {
    text += `${first ? '' : ','}${JSON.stringify(name)}:`;
    first = false;
    if (!isList(value)) {
      text += JSON.stringify(value ?? null);
      continue;
    }
    text += '[';
    let comma = '';
    for await (const item of value) {
      text += comma + JSON.stringify(item ?? null);
      comma = ',';
      if (text.length >= CHUNK) {
        yield text;
        text = '';
      }
    }
    text += ']';
  }
  yield `${text}}`;
}

function isList(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}
