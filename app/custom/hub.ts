import type { Application, Context } from 'egg';
import { AppError, type ErrorName } from '../lib/errors';
import type { EventType } from '../lib/events/event';
import type { Listener } from '../lib/events/listeners';
import type { BeforeSendMsgHook } from '../lib/im/beforeSendMsg';
import apiKey from '../middleware/apiKey';
import clientSession from '../middleware/clientSession';

type Middleware = (ctx: Context, next: () => Promise<void>) => Promise<void>;

/** `app.hub`: what the team's own code (CUSTOM_DIR) builds on. See docs/custom.md. */
export class Hub {
  /**
   * Requires a person who is logged in to the mini-program (`Authorization: Bearer <token>`); `ctx.login` says who it
   * is.
   */
  readonly session: Middleware = clientSession();
  /** Requires the API key of one of your other backends (`Authorization: Bearer <one of API_KEYS>`). */
  readonly apiKey: Middleware;
  private asked = false;

  constructor(private readonly app: Application) {
    this.apiKey = apiKey(null, app);
  }

  /**
   * An error that the caller sees in the envelope: `throw app.hub.fail('NOT_FOUND', 'There is no such note.')`.
   * @param name one of those in docs/api.md
   * @param message one sentence that a person can act on; by default the sentence of the name
   */
  fail(name: ErrorName, message?: string): AppError {
    return new AppError(name, message);
  }

  /**
   * Adds a listener for events; call it while the application is loaded. It is called at least once per event, and in
   * order for the events of one person. An error, and taking longer than 15 s, is logged, and the event is delivered
   * again.
   * @throws {TypeError} when there is no such event
   */
  on(type: EventType, listener: Listener): void {
    this.app.eventListeners.add(type, listener);
  }

  /**
   * Sets the hook that decides whether a one-to-one message of Tencent IM may be sent: see docs/hooks.md.
   * @throws {TypeError} when there is a hook already
   */
  beforeSendMsg(hook: BeforeSendMsgHook): void {
    if (this.asked) throw new TypeError('There is a hook for beforeSendMsg already: only one can decide.');
    this.asked = true;
    this.app.hooks.beforeSendMsg = hook;
  }
}
