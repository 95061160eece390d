import { Service } from 'egg';
import { removeInParts } from '../lib/mongo/removeInParts';
import type { OutboxState } from '../lib/outbox/document';
import { KINDS } from '../lib/outbox/kinds';

/** How long an outgoing message that was not sent is kept, in milliseconds, for a person to decide about it. */
const KEPT = 180 * 86_400_000;
const STATES: readonly OutboxState[] = ['failed', 'dead', 'unknown'];

/**
 * Removes what no TTL index removes. RETENTION_MESSAGES_DAYS and RETENTION_OUTBOX_DAYS are the times of indexes: see
 * boot/database.
 */
export default class RetentionService extends Service {
  /** Removes outgoing messages that ended long ago without being sent. @return how many */
  async removeOld(): Promise<number> {
    let removed = 0;
    // The `nextAt` of an ended message is when its last try would have been over.
    const upTo = new Date(Date.now() - KEPT);
    const outbox = this.ctx.model.Outbox.collection;
    for (const state of STATES) {
      for (const kind of KINDS) removed += await removeInParts(outbox as never, { state, kind }, { field: 'nextAt', upTo });
    }
    return removed;
  }
}
