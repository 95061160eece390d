import type { Storage } from './wx';

/** The logged-in person. */
export interface Session {
  token: string;
  /** When it ends, by this device's clock, in milliseconds since 1970; each use postpones it. */
  until: number;
  openid: string;
  unionid: string | null;
  /** Whether the person was not known before this login, in any app. */
  isNewUser: boolean;
}

const WEEK = 7 * 86_400_000;
/** A token that ends within this time is not used any more. */
const MARGIN = 60_000;

/**
 * When a session ends by this device's clock, which may be wrong: the time for which the server gives it counts.
 * @param expiresAt by the server's clock
 * @param serverTime the server's time when it answered; NaN when it is not known
 */
export function untilOf(expiresAt: string, serverTime: number, now = Date.now()): number {
  const life = Date.parse(expiresAt) - (Number.isNaN(serverTime) ? now : serverTime);
  return now + (life > MARGIN && life <= 31 * 86_400_000 ? life : WEEK);
}

/** The session, in memory and in the storage of the mini-program. When the storage fails, the memory has it. */
export class SessionStore {
  private session: Session | undefined;
  private isRead = false;

  constructor(private readonly storage: Storage, private readonly key: string) {}

  /** @return undefined when nobody is logged in, or no longer */
  get(now = Date.now()): Session | undefined {
    if (!this.isRead) {
      this.isRead = true;
      this.session = this.read();
    }
    const { session } = this;
    return session && session.until - MARGIN > now && session.until - now < 32 * 86_400_000 ? session : undefined;
  }

  set(session: Session | undefined): void {
    this.isRead = true;
    this.session = session;
    try {
      if (session) this.storage.setStorageSync(this.key, session);
      else this.storage.removeStorageSync(this.key);
    } catch {
      // A full storage costs one login at the next start.
    }
  }

  private read(): Session | undefined {
    try {
      const kept = this.storage.getStorageSync(this.key) as Session | undefined;
      return kept && kept.until > 0 ? kept : undefined;
    } catch {
      return undefined;
    }
  }
}
