/** A push that was refused: what stands in the app's document of `accessTokens`, under `pushRefused`. */
export interface PushRefusal {
  at: Date;
  /** The HTTP status that was answered. */
  status: number;
  /** Why, in English; nothing of what the push said. */
  reason: string;
}

/** What is needed of the collection; the driver's own fits. */
export interface PushRefusalStore {
  updateOne(filter: object, update: object, options: object): Promise<unknown>;
}

/** Anybody may send what is refused: it is written down this seldom, in milliseconds. */
const NOTE_MS = 10_000;

/** Keeps, for the diagnosis, why the last push of an app was refused. */
export class PushRefusals {
  private readonly noted = new Map<string, { at: number; reason: string }>();

  /** @param store undefined while there is no database */
  constructor(private readonly store: () => PushRefusalStore | undefined) {}

  /** Writes down, after the answer and seldom, that a push of a configured app was refused. Never throws. */
  note(appid: string, status: number, reason: string): void {
    const now = performance.now();
    const last = this.noted.get(appid);
    if (last && now - last.at < NOTE_MS && (last.reason === reason || now - last.at < NOTE_MS / 10)) return;
    this.noted.set(appid, { at: now, reason });
    const pushRefused: PushRefusal = { at: new Date(), status, reason: reason.slice(0, 200) };
    void Promise.resolve(this.store()?.updateOne({ _id: appid }, { $set: { pushRefused }, $setOnInsert: { version: 0 } }, { upsert: true })).catch(() => undefined);
  }
}
