/** Milliseconds before a template that WeChat did not know is looked for again. */
const AGAIN_MS = 600_000;
/** Milliseconds between two requests for an app's list, whatever is looked for. */
const PAUSE_MS = 30_000;
const MOST_SOUGHT = 10_000;

interface Run {
  began: number;
  /** Resolves when the lookup is over, with or without success. */
  over: Promise<void>;
}

/**
 * The templates that this process has looked for at WeChat: each once, and an app's list seldom, however many are
 * wanted.
 */
export class TemplateLookups {
  private readonly runs = new Map<string, Run>();
  /** When each was looked for, the oldest first. */
  private readonly sought = new Map<string, number>();

  /**
   * Looks for a template, unless that was done lately.
   * @param refresh brings the stored templates of the app up to date
   * @return whether the stored templates may be newer than before
   */
  async look(appid: string, templateId: string, refresh: () => Promise<void>): Promise<boolean> {
    const now = performance.now();
    const key = `${appid}:${templateId}`;
    const last = this.sought.get(key);
    if (last !== undefined && now - last < AGAIN_MS) return this.join(appid, now, last);
    this.remember(key, now);
    const run = this.runs.get(appid);
    if (!run || now - run.began >= PAUSE_MS) this.runs.set(appid, { began: now, over: refresh().catch(() => undefined) });
    await this.runs.get(appid)?.over;
    return true;
  }

  /** Several messages of one template may come at once: all wait for the one lookup. */
  private async join(appid: string, now: number, last: number): Promise<boolean> {
    const run = this.runs.get(appid);
    if (!run || now - last >= PAUSE_MS) return false;
    await run.over;
    return true;
  }

  private remember(key: string, now: number): void {
    this.sought.delete(key);
    for (const oldest of this.sought.keys()) {
      if (this.sought.size < MOST_SOUGHT) break;
      this.sought.delete(oldest);
    }
    this.sought.set(key, now);
  }
}
