import type { Entry } from '../storage/store';

/** A source of entries, one by one. */
export interface Source {
  /** The next entry; undefined at the end. */
  peek(): Entry | undefined;
  /** Advances past it. */
  advance(): void;
  /** Leading bytes of each key that do not count for the order. */
  prefix: number;
}

interface Head { source: Source; entry: Entry; key: Buffer; place: number }

/**
 * Merges several sources, each in order of the bytes after its prefix, into one order; a step costs the logarithm of
 * their number. It is valid as long as the peeked entries of the sources are.
 */
export class Merge {
  /** A binary heap: the head at `i` is not after those at `2i + 1` and `2i + 2`. */
  private readonly heads: Head[] = [];

  constructor(sources: Source[], private readonly reverse: boolean) {
    for (const [place, source] of sources.entries()) {
      const entry = source.peek();
      if (entry) this.heads.push({ source, entry, key: entry.key.subarray(source.prefix), place });
    }
    for (let at = (this.heads.length >> 1) - 1; at >= 0; at--) this.sink(at);
  }

  /** Takes the next entry; undefined when no source has one. */
  next(): Entry | undefined {
    const [first] = this.heads;
    if (!first) return undefined;
    const { entry, source } = first;
    source.advance();
    const following = source.peek();
    if (following) {
      first.entry = following;
      first.key = following.key.subarray(source.prefix);
    } else {
      const last = this.heads.pop() as Head;
      if (this.heads.length > 0) this.heads[0] = last;
    }
    this.sink(0);
    return entry;
  }

  private sink(from: number): void {
    const { heads } = this;
    for (let at = from; ;) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) if (child < heads.length && this.before(heads[child], heads[least])) least = child;
      if (least === at) return;
      [heads[at], heads[least]] = [heads[least], heads[at]];
      at = least;
    }
  }

  /** Equal ones come in the order of their sources. */
  private before(a: Head, b: Head): boolean {
    const result = Buffer.compare(a.key, b.key) * (this.reverse ? -1 : 1);
    return result < 0 || result === 0 && a.place < b.place;
  }
}
