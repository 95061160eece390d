import { randomId } from './random';

const OVERLAP = 300_000;
const FORCE_INTERVAL = 30_000;
const FORCES_PER_DAY = 20;
const TOKEN_LIMIT = 5_000;
const DAY = 86_400_000;
const BEIJING = 8 * 3_600_000;

export interface Token { value: string; appid: string; expiresAt: number; revokedAt: number }

interface AppTokens {
  stable?: Token;
  plain?: Token;
  forcedAt: number;
  forcedToday: number;
  day: number;
  /** The stable token is refused, yet given again until somebody forces a new one. */
  stuck: boolean;
}

/** The access tokens of all apps; stable and plain ones know nothing of each other. */
export class Tokens {
  private readonly tokens = new Map<string, Token>();
  private readonly apps = new Map<string, AppTokens>();

  /** The same token until its last 5 minutes; then, or when forced within the limits, a new one. */
  stable(appid: string, force: boolean, now: number, lifeSeconds: number): Token {
    const state = this.stateOf(appid, now);
    const current = state.stable;
    const forced = force && state.forcedToday < FORCES_PER_DAY && now - state.forcedAt >= FORCE_INTERVAL;
    if (forced) {
      state.forcedAt = now;
      state.forcedToday += 1;
      if (current) current.revokedAt = now;
    } else if (current && current.expiresAt - now > OVERLAP && (current.revokedAt > now || state.stuck)) {
      return current;
    }
    state.stuck = false;
    state.stable = this.mint(appid, now, lifeSeconds);
    return state.stable;
  }

  /** A new token. */
  plain(appid: string, now: number, lifeSeconds: number): Token {
    const state = this.stateOf(appid, now);
    if (state.plain) state.plain.revokedAt = Math.min(state.plain.revokedAt, now + OVERLAP);
    state.plain = this.mint(appid, now, lifeSeconds);
    return state.plain;
  }

  check(value: string, now: number): Token | 'invalid' | 'expired' {
    const token = this.tokens.get(value);
    if (!token || token.revokedAt <= now) return 'invalid';
    return token.expiresAt <= now ? 'expired' : token;
  }

  /** Makes the current tokens of an app invalid. Returns how many that were. */
  revoke(appid: string, now: number, stuck: boolean): number {
    const state = this.stateOf(appid, now);
    const living = [state.stable, state.plain].filter(token => token !== undefined && token.revokedAt > now);
    for (const token of living) {
      if (token) token.revokedAt = now;
    }
    state.stuck = stuck;
    return living.length;
  }

  clear(): void {
    this.tokens.clear();
    this.apps.clear();
  }

  private mint(appid: string, now: number, lifeSeconds: number): Token {
    const token = { value: `92_${randomId(133)}`, appid, expiresAt: now + lifeSeconds * 1000, revokedAt: Infinity };
    this.tokens.set(token.value, token);
    if (this.tokens.size > TOKEN_LIMIT) this.forgetDead(now);
    return token;
  }

  private forgetDead(now: number): void {
    for (const [value, token] of this.tokens) {
      if (token.revokedAt <= now || token.expiresAt <= now) this.tokens.delete(value);
    }
  }

  private stateOf(appid: string, now: number): AppTokens {
    const day = Math.floor((now + BEIJING) / DAY);
    let state = this.apps.get(appid);
    if (!state) this.apps.set(appid, state = { forcedAt: -Infinity, forcedToday: 0, day, stuck: false });
    if (state.day !== day) Object.assign(state, { day, forcedToday: 0 });
    return state;
  }
}
