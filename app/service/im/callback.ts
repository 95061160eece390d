import { Service } from 'egg';
import { ALLOWED, askHook, type BeforeSendMsgAnswer } from '../../lib/im/beforeSendMsg';
import { readMessage, readStateChange, toNotable, type ImMessageCallback, type ImNotable, type ImStateChange } from '../../lib/im/callback';
import { isUnavailable } from '../../lib/mongo/errors';
import { withLease } from '../../lib/mongo/lease';
import { nextOrder } from '../../lib/async/order';
import { TimeoutError, within } from '../../lib/async/within';
import type { SpoolEntry } from '../../lib/spool/segment';

type ImEvent = ImStateChange | ImNotable;

/** IM waits 2 s: it is answered by then, whatever the database does. */
const TIMEOUT_MS = 1_500;

/** Callbacks of Tencent IM. */
export default class ImCallbackService extends Service {
  /**
   * Handles a callback that is known to come from IM. The spool keeps what the database cannot take in time.
   * @param command CallbackCommand; an unknown one is only acknowledged
   * @param platform OptPlatform
   * @throws {AppError} INVALID_ARGUMENT when the body is not that of the command
   */
  async receive(command: string, body: unknown, platform: string): Promise<BeforeSendMsgAnswer> {
    const deadline = Date.now() + TIMEOUT_MS;
    const { imTrigger } = this.app.environment;
    if (command === 'State.StateChange') await this.keep(readStateChange(body), deadline);
    if (command === 'C2C.CallbackAfterSendMsg') {
      const message = readMessage(body);
      if (imTrigger === 'after') await this.keep(toNotable(message), deadline);
    }
    if (command !== 'C2C.CallbackBeforeSendMsg') return ALLOWED;
    const message = readMessage(body);
    const answer = await this.ask(message, platform);
    if (imTrigger === 'before' && answer.ErrorCode === 0) await this.keep(toNotable(message), deadline);
    return answer;
  }

  /** Brings callbacks from the spool into the database. One process of the instance at a time. */
  async replay(): Promise<void> {
    const { app } = this;
    if (!app.database.up) return;
    await app.imSpool.seal();
    if (await app.imSpool.length() === 0) return;
    await withLease(app.leases, app.imSpool.lease, 15_000, lease => app.imSpool.replay(async entries => {
      const refused: SpoolEntry[] = [];
      for (const entry of entries) {
        lease.check();
        if (!await this.applyAgain(entry)) refused.push(entry);
      }
      return refused;
    }));
  }

  /**
   * The hook is not asked about messages that our side sends by REST: a hook that sends messages would be asked about
   * its own.
   */
  private async ask(message: ImMessageCallback, platform: string): Promise<BeforeSendMsgAnswer> {
    const { app } = this;
    if (platform === 'RESTAPI') return ALLOWED;
    return askHook(app.hooks.beforeSendMsg, message, problem => this.logger.error('app.hub.beforeSendMsg: %s', problem));
  }

  private async keep(event: ImEvent | undefined, deadline: number): Promise<void> {
    const { app } = this;
    if (!event) return;
    if (app.database.up) {
      try {
        return await within(deadline - Date.now(), this.apply(event));
      } catch (error) {
        if (!(error instanceof TimeoutError) && !isUnavailable(error)) throw error;
        app.database.suspect();
      }
    }
    await app.imSpool.append({ order: nextOrder(), event } as SpoolEntry);
  }

  /** Applying an event twice has the effect of applying it once. */
  private async apply(event: ImEvent): Promise<void> {
    const { account, notice } = this.ctx.service.im;
    if (event.kind === 'state') await account.changeState(event);
    else await notice.add(event);
  }

  /** @return false when it can never be applied */
  private async applyAgain(entry: SpoolEntry): Promise<boolean> {
    try {
      const { event } = entry as SpoolEntry & { event: ImEvent };
      const whose = event.kind === 'state' ? [event.userId] : [event.from, event.to];
      // An entry's order is the time at which it was received, in microseconds since 1970.
      if (!await this.ctx.service.erasure.coversIm(whose, new Date(entry.order / 1000))) await this.apply(event);
      return true;
    } catch (error) {
      if (isUnavailable(error)) throw error;
      this.logger.error('An IM event can never be applied and is put aside in SPOOL_DIR/im/refused.jsonl: %s', (error as Error).stack);
      return false;
    }
  }
}
