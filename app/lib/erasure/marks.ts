import { accountMark, type ErasureDocument } from './document';

type Marked = Pick<ErasureDocument, 'marks'>;

/**
 * Whose erasure runs, or has ended within the last minutes, in memory: about these people alone the database is asked when a
 * push of theirs comes in. It is empty nearly always, and then costs nothing. What a process does that does not know of an
 * erasure yet, the erasure finds.
 */
export class ErasureMarks {
  private marks: ReadonlySet<string> = new Set();

  /**
   * @param load those erasures
   * @param hash the keyed hash of a mark
   */
  constructor(private readonly load: () => Promise<Marked[]>, private readonly hash: (mark: string) => string) {}

  /** Looks into the database. @throws the driver's error */
  async refresh(): Promise<void> {
    this.marks = new Set((await this.load()).flatMap(({ marks }) => marks));
  }

  /** Whether a push may be one of somebody who is being erased, or was a moment ago. */
  knows(push: { appid: string; openid: string | null }): boolean {
    return this.marks.size > 0 && push.openid !== null && this.marks.has(this.hash(accountMark(push)));
  }
}

/** Whether something that was received at a time belongs to the person who was erased, and not to who came back. */
export function isCovered({ state, endedAt }: Pick<ErasureDocument, 'state' | 'endedAt'>, receivedAt: Date): boolean {
  return state === 'running' || (endedAt !== undefined && receivedAt <= endedAt);
}
