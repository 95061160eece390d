const ENTRY_LIMIT = 20_000;
const BYTES_LIMIT = 64 * 1024 * 1024;
const PART_LIMIT = 16 * 1024;
const SECRETS = new Set(['secret', 'access_token', 'refresh_token', 'session_key', 'usersig', 'signature']);

/** One call that the application made. */
export interface Call {
  id: number;
  at: number;
  ms: number;
  method: string;
  path: string;
  query: Record<string, string>;
  body: unknown;
  status: number;
  answer: unknown;
  fault?: string;
}

interface Sized { call: Call; bytes: number }
export interface CallFilter { path?: string; since?: number; after?: number; limit?: number }

/** The calls that were made, newest last: a ring bounded in entries and in bytes. */
export class History {
  private readonly counts = new Map<string, number>();
  private entries: (Sized | undefined)[] = [];
  private first = 0;
  private bytes = 0;
  private nextId = 1;

  /** `bytes` are those of body and answer together; what is large is kept as its size only. */
  add(call: Omit<Call, 'id'>, sizes: { body: number; answer: number }): void {
    const entry: Call = {
      id: this.nextId++, ...call,
      body: sizes.body > PART_LIMIT ? { omitted: true, bytes: sizes.body } : call.body,
      answer: sizes.answer > PART_LIMIT ? { omitted: true, bytes: sizes.answer } : call.answer,
    };
    const bytes = Math.min(sizes.body, PART_LIMIT) + Math.min(sizes.answer, PART_LIMIT);
    this.entries.push({ call: entry, bytes });
    this.bytes += bytes;
    this.counts.set(call.path, (this.counts.get(call.path) ?? 0) + 1);
    while (this.entries.length - this.first > ENTRY_LIMIT || this.bytes > BYTES_LIMIT) this.dropOldest();
  }

  /** The latest `limit` calls that match, oldest first, their secrets masked. */
  list({ path, since, after, limit = 100 }: CallFilter): Call[] {
    const found: Call[] = [];
    for (let index = this.entries.length - 1; index >= this.first && found.length < limit; index--) {
      const call = this.entries[index]?.call;
      if (!call || (after !== undefined && call.id <= after)) break;
      // In the order in which they ended: a slow one stands after others that began later.
      if ((since === undefined || call.at >= since) && (path === undefined || call.path === path)) found.push(call);
    }
    return found.reverse().map(masked);
  }

  /** The latest call that fits, nothing of it masked: what WeChat itself knows. */
  find(fits: (call: Call) => boolean): Call | undefined {
    for (let index = this.entries.length - 1; index >= this.first; index--) {
      const call = this.entries[index]?.call;
      if (call && fits(call)) return call;
    }
    return undefined;
  }

  /** How many calls there were since the last clear(), those that left the ring included. */
  count(path?: string): number {
    if (path !== undefined) return this.counts.get(path) ?? 0;
    let sum = 0;
    for (const count of this.counts.values()) sum += count;
    return sum;
  }

  countByPath(): Record<string, number> {
    return Object.fromEntries(this.counts);
  }

  clear(): void {
    this.counts.clear();
    this.entries = [];
    this.first = 0;
    this.bytes = 0;
  }

  private dropOldest(): void {
    this.bytes -= this.entries[this.first]?.bytes ?? 0;
    this.entries[this.first] = undefined;
    this.first += 1;
    // Moving the rest down once per ring length keeps every add at constant cost.
    if (this.first >= ENTRY_LIMIT) {
      this.entries = this.entries.slice(this.first);
      this.first = 0;
    }
  }
}

function masked(call: Call): Call {
  return { ...call, query: mask(call.query), body: mask(call.body), answer: mask(call.answer) };
}

/** Secrets stand at the top level of every WeChat body. Their end stays, so that two can be told apart. */
function mask<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const copy = { ...value } as Record<string, unknown>;
  for (const key of Object.keys(copy)) {
    if (SECRETS.has(key)) copy[key] = `***${String(copy[key]).slice(-6)}`;
  }
  return copy as T;
}
