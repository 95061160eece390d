import { accountMark, repeatMark, type ErasureDocument } from './document';

type Known = Pick<ErasureDocument, '_id' | 'state' | 'marks' | 'repeats' | 'endedAt'>;

interface Pushed {
  _id: string;
  appid: string;
  openid: string | null;
  receivedAt: Date;
}

/**
 * The erasures of the last minutes, in memory: what pushes are asked about. It is empty nearly always, and then costs nothing.
 * What a process does that does not know of an erasure yet, the erasure finds.
 */
export class ErasureMarks {
  private byMark = new Map<string, { erasure: Known; repeats: Set<string> }>();

  /**
   * @param load the erasures that run, or have ended within the last minutes
   * @param hash the keyed hash of a mark
   */
  constructor(private readonly load: () => Promise<Known[]>, private readonly hash: (mark: string) => string) {}

  /** Whether there is any. */
  get any(): boolean {
    return this.byMark.size > 0;
  }

  /** Looks into the database. @throws the driver's error */
  async refresh(): Promise<void> {
    const known: typeof this.byMark = new Map();
    for (const erasure of await this.load()) {
      const entry = { erasure, repeats: new Set(erasure.repeats) };
      for (const mark of erasure.marks) known.set(mark, entry);
    }
    this.byMark = known;
  }

  /** Whether a push that comes in now is not to be stored: its person is being erased, or it was there before they were. */
  drops(push: Pushed): boolean {
    const known = this.of(push);
    if (!known) return false;
    return known.erasure.state === 'running' || known.repeats.has(this.hash(repeatMark(push._id)));
  }

  /** Whether a push that was stored is no longer to have an effect. */
  covers(push: Pick<Pushed, 'appid' | 'openid' | 'receivedAt'>): boolean {
    const known = this.of(push);
    return known !== undefined && isCovered(known.erasure, push.receivedAt);
  }

  private of(push: { appid: string; openid: string | null }) {
    return this.any && push.openid !== null ? this.byMark.get(this.hash(accountMark(push))) : undefined;
  }
}

/** Whether something that was received at a time belongs to the person who was erased, and not to who came back. */
export function isCovered({ state, endedAt }: Pick<ErasureDocument, 'state' | 'endedAt'>, receivedAt: Date): boolean {
  return state === 'running' || (endedAt !== undefined && receivedAt <= endedAt);
}
