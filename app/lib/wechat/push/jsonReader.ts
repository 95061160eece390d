import { isPushKey } from './message';

/** A JSON value whose numbers and words have become `S`. */
export type Json<S> = S | string | Json<S>[] | { [key: string]: Json<S> };

/** The differences between two kinds of JSON. */
export interface JsonDialect<S> {
  maxDepth: number;
  maxNodes: number;
  record(): { [key: string]: Json<S> };
  key(written: string): string;
  number(written: string): S;
  word(written: string): S;
  error(message: string): Error;
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const ESCAPES: Record<string, string> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Reads one JSON text (RFC 8259) by recursive descent, because `JSON.parse` gives no access to a number as it was
 * written. Lenient in two points: a byte order mark may come first, and control characters may stand raw inside
 * strings.
 * @throws the errors of `dialect.error`, and nothing else
 */
export class JsonReader<S> {
  private at = 0;
  private nodes = 0;

  constructor(private readonly text: string, private readonly dialect: JsonDialect<S>) {}

  /** Reads the whole text, once. @throws the errors of `dialect.error` */
  read(): Json<S> {
    if (this.text.charCodeAt(0) === 0xfeff) this.at = 1;
    const value = this.value(1);
    this.skipSpace();
    if (this.at < this.text.length) throw this.unexpected();
    return value;
  }

  private value(depth: number): Json<S> {
    if (++this.nodes > this.dialect.maxNodes) throw this.dialect.error(`more than ${this.dialect.maxNodes} values`);
    this.skipSpace();
    const first = this.text[this.at];
    if (first === '"') return this.string();
    if (first === '{' || first === '[') {
      if (depth > this.dialect.maxDepth) throw this.dialect.error(`nested deeper than ${this.dialect.maxDepth}`);
      this.at++;
      return first === '{' ? this.object(depth) : this.array(depth);
    }
    for (const word of ['true', 'false', 'null']) {
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length;
        return this.dialect.word(word);
      }
    }
    NUMBER.lastIndex = this.at;
    if (!NUMBER.test(this.text)) throw this.unexpected();
    const written = this.text.slice(this.at, NUMBER.lastIndex);
    this.at = NUMBER.lastIndex;
    return this.dialect.number(written);
  }

  private object(depth: number): Json<S> {
    const record = this.dialect.record();
    if (this.take('}')) return record;
    do {
      this.skipSpace();
      if (this.text[this.at] !== '"') throw this.unexpected();
      const key = this.dialect.key(this.string());
      if (!isPushKey(key)) throw this.dialect.error('a key that is not allowed');
      if (!this.take(':')) throw this.unexpected();
      record[key] = this.value(depth + 1);
    } while (this.take(','));
    if (!this.take('}')) throw this.unexpected();
    return record;
  }

  private array(depth: number): Json<S> {
    const list: Json<S>[] = [];
    if (this.take(']')) return list;
    do list.push(this.value(depth + 1)); while (this.take(','));
    if (!this.take(']')) throw this.unexpected();
    return list;
  }

  private string(): string {
    const { text } = this;
    let start = ++this.at;
    let read = '';
    for (;;) {
      const code = text.charCodeAt(this.at);
      if (code === QUOTE) return read + text.slice(start, this.at++);
      if (code === BACKSLASH) {
        read += text.slice(start, this.at++) + this.escape();
        start = this.at;
      } else if (this.at++ >= text.length) {
        throw this.dialect.error('the text ends inside a string');
      }
    }
  }

  private escape(): string {
    const letter = this.text[this.at++];
    if (letter !== 'u') {
      const meant = ESCAPES[letter];
      if (meant === undefined) throw this.unexpected();
      return meant;
    }
    const digits = this.text.slice(this.at, this.at += 4);
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw this.unexpected();
    return String.fromCharCode(parseInt(digits, 16));
  }

  private take(mark: string): boolean {
    this.skipSpace();
    if (this.text[this.at] !== mark) return false;
    this.at++;
    return true;
  }

  private skipSpace(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.at++;
    }
  }

  private unexpected(): Error {
    return this.dialect.error(`not JSON at position ${Math.min(this.at, this.text.length)}`);
  }
}
