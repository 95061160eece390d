import { accountMark, type ErasureDocument } from './document';

type Marked = Pick<ErasureDocument, 'marks'>;

/**
 * The people whose erasure runs, or ended within the last minutes, in memory: only for these people the database is
 * asked when a push arrives. It is nearly always empty, and then costs nothing. The erasure finds what a process writes
 * that does not know of it yet.
 */
export class ErasureMarks {
  private marks: ReadonlySet<string> = new Set();

  /**
   * @param load reads those erasures
   * @param hash makes the keyed hash of a mark
   */
  constructor(private readonly load: () => Promise<Marked[]>, private readonly hash: (mark: string) => string) {}

  /** Reads the database. @throws the driver's error */
  async refresh(): Promise<void> {
    this.marks = new Set((await this.load()).flatMap(({ marks }) => marks));
  }

  /** Whether a push may belong to a person who is being erased, or was a moment ago. */
  knows(push: { appid: string; openid: string | null }): boolean {
    return this.marks.size > 0 && push.openid !== null && this.marks.has(this.hash(accountMark(push)));
  }
}

/** Whether something received at a time belongs to the person who was erased, not to the person who came back. */
export function isCovered({ state, endedAt }: Pick<ErasureDocument, 'state' | 'endedAt'>, receivedAt: Date): boolean {
  return state === 'running' || (endedAt !== undefined && receivedAt <= endedAt);
}
