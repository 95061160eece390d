import { makeRoom } from './makeRoom';
import { randomId } from './random';

const SESSION_LIMIT = 10_000;
export const ACCESS_SECONDS = 7_200;
const REFRESH_LIFE = 30 * 86_400_000;

/** A web page's authorization by one person. */
export interface WebSession {
  appid: string;
  openid: string;
  scope: string;
  snapshot: boolean;
  accessToken: string;
  refreshToken: string;
  expiresAt: number;
  refreshExpiresAt: number;
}

/** The tokens of web pages: of one person each, not those of the server API. Bounded: the oldest goes first. */
export class WebSessions {
  private readonly byAccess = new Map<string, WebSession>();
  private readonly byRefresh = new Map<string, WebSession>();

  open(who: Pick<WebSession, 'appid' | 'openid' | 'scope' | 'snapshot'>, now: number): WebSession {
    const session: WebSession = {
      ...who, accessToken: newToken(), refreshToken: newToken(), expiresAt: now + ACCESS_SECONDS * 1000, refreshExpiresAt: now + REFRESH_LIFE,
    };
    makeRoom(this.byAccess, SESSION_LIMIT);
    makeRoom(this.byRefresh, SESSION_LIMIT);
    this.byAccess.set(session.accessToken, session);
    this.byRefresh.set(session.refreshToken, session);
    return session;
  }

  find(accessToken: string): WebSession | undefined {
    return this.byAccess.get(accessToken);
  }

  findByRefreshToken(refreshToken: string): WebSession | undefined {
    return this.byRefresh.get(refreshToken);
  }

  /** Prolongs the access token; one that is over is replaced. The refresh token and its time stay. */
  refresh(session: WebSession, now: number): WebSession {
    if (session.expiresAt <= now) {
      this.byAccess.delete(session.accessToken);
      session.accessToken = newToken();
      makeRoom(this.byAccess, SESSION_LIMIT);
      this.byAccess.set(session.accessToken, session);
    }
    session.expiresAt = now + ACCESS_SECONDS * 1000;
    return session;
  }

  clear(): void {
    this.byAccess.clear();
    this.byRefresh.clear();
  }
}

function newToken(): string {
  return `92_${randomId(86)}`;
}
