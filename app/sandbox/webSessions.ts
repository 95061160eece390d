import { makeRoom } from './makeRoom';
import { randomId } from './random';

const SESSION_LIMIT = 10_000;

interface WebSession { appid: string; openid: string; scope: string; snapshot: boolean; expiresAt: number }

/** The access tokens of web pages: one per person, not those of the server API. */
export class WebSessions {
  private readonly sessions = new Map<string, WebSession>();

  open(session: WebSession): string {
    makeRoom(this.sessions, SESSION_LIMIT);
    const token = `92_${randomId(86)}`;
    this.sessions.set(token, session);
    return token;
  }

  find(token: string): WebSession | undefined {
    return this.sessions.get(token);
  }

  clear(): void {
    this.sessions.clear();
  }
}
