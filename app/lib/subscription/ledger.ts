import { hash } from 'node:crypto';
import { Batcher } from '../async/batcher';
import { isDuplicateKey } from '../mongo/errors';
import { nextOrder } from '../async/order';
import { subscriptionId, type SubscriptionDocument, type SubscriptionKey } from './document';

/** The methods that are needed of the collection; the driver's own fits. */
export interface LedgerCollection {
  findOne(filter: object): Promise<SubscriptionDocument | null>;
  updateOne(filter: object, update: object, options?: { upsert?: boolean }): Promise<{ matchedCount: number; upsertedCount: number }>;
  bulkWrite(operations: object[], options: { ordered: false }): Promise<unknown>;
  find(filter: object, options: object): { toArray(): Promise<SubscriptionDocument[]> };
}

/** A grant that a message has taken, or is thought to have. */
interface Held {
  key: SubscriptionKey;
  holder: string;
}

/** Messages that are sent together are checked together. */
const GROUP = { size: 256, parallel: 2 };

/** A person's choice, as an event reports it. */
interface Choice {
  status: Status;
  /** Identity of the event. */
  mark: string;
  order: number;
  /** Whether it adds a grant. */
  accepted: boolean;
  /** Whether it removes the grants before it. */
  zeroed: boolean;
}

type Status = SubscriptionDocument['status'];

/**
 * Most events and grants remembered per subscription. WeChat repeats a push within seconds, and recovery follows within
 * minutes.
 */
const REMEMBERED = 64;
/** Most messages of one template that are under way to one person. */
const MOST_HELD = 500;
/** Milliseconds after which a grant is checked if its message has not ended by then. */
const LOOK_AFTER = 60_000;

/**
 * Keeps the grants. Each step changes one document and may be repeated: a taken grant stands in the document under the
 * id of its message until it is spent or given back, so nothing is counted twice wherever a process dies. Messages that
 * were never queued are found by their grant (`held.at`).
 */
export class SubscriptionLedger {
  private readonly checks = new Batcher<Held, boolean>(grants => this.keepAll(grants), GROUP);
  private readonly ends = new Batcher<Held, void>(grants => this.spendAll(grants), GROUP);

  constructor(private readonly collection: () => LedgerCollection) {}

  /**
   * Counts a person's choice in a pop-up (accepting adds a grant) or in the settings (`change`: rejecting removes all).
   * The result follows the order of the events, in whatever order they come: `status` is that of the last one; an
   * accepted pop-up adds a grant unless a rejection in the settings is later; a rejection removes earlier grants only.
   * @param event identity of the push: it is counted once
   * @param order of the push; the last one when left out
   */
  async choose(key: SubscriptionKey, status: Status, { event, change, order = nextOrder() }: { event: string; change: boolean; order?: number }): Promise<void> {
    const mark = hash('sha256', event, 'base64url').slice(0, 22);
    const choice = { status, mark, order, accepted: status === 'accept' && !change, zeroed: status === 'reject' && change };
    while (!await this.chooseLast(key, choice)) {
      const known = await this.collection().findOne({ _id: subscriptionId(key) });
      if (known?.applied?.includes(mark)) return;
      if (known && await this.chooseEarlier(known, choice)) return;
    }
  }

  /** @return false when it, or a later event, is counted already */
  private async chooseLast(key: SubscriptionKey, { status, mark, order, accepted, zeroed }: Choice): Promise<boolean> {
    const now = new Date();
    const filter = { _id: subscriptionId(key), applied: { $ne: mark }, $or: [{ chosenOrder: null }, { chosenOrder: { $lt: order } }] };
    const update = {
      $set: {
        status, chosenOrder: order, updatedAt: now,
        ...(accepted ? { acceptedAt: now } : {}), ...(zeroed ? { remaining: 0, zeroedOrder: order, grants: [] } : {}),
      },
      $push: { applied: remember(mark), ...(accepted ? { grants: remember(order) } : {}) },
      ...(accepted ? { $inc: { remaining: 1 } } : {}),
      $setOnInsert: { ...key, ...(accepted || zeroed ? {} : { remaining: 0 }) },
    };
    try {
      const { matchedCount, upsertedCount } = await this.collection().updateOne(filter, update, { upsert: true });
      return matchedCount + upsertedCount === 1;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      return false;
    }
  }

  /** @return false when the document has changed meanwhile, or the event is not earlier than the last */
  private async chooseEarlier({ _id, remaining, chosenOrder, zeroedOrder = 0, grants = [] }: SubscriptionDocument, { mark, order, accepted, zeroed }: Choice): Promise<boolean> {
    if (chosenOrder === undefined || chosenOrder < order) return false;
    const now = new Date();
    const counts = accepted && zeroedOrder < order;
    const later = grants.filter(granted => granted > order);
    const taken = { remaining: Math.min(remaining, later.length), grants: later, zeroedOrder: Math.max(zeroedOrder, order) };
    const { matchedCount } = await this.collection().updateOne({ _id, applied: { $ne: mark }, remaining, chosenOrder, zeroedOrder: zeroedOrder || null }, {
      $set: { updatedAt: now, ...(counts ? { acceptedAt: now, remaining: remaining + 1 } : {}), ...(zeroed ? taken : {}) },
      $push: { applied: remember(mark), ...(counts ? { grants: remember(order) } : {}) },
    });
    return matchedCount === 1;
  }

  /**
   * Takes a grant for a message, once however often it is called.
   * @param holder id of the message's row
   * @return false when there is none
   */
  async take(key: SubscriptionKey, holder: string): Promise<boolean> {
    const now = Date.now();
    const free = {
      _id: subscriptionId(key), remaining: { $gt: 0 }, status: { $ne: 'ban' }, 'held.id': { $ne: holder }, [`held.${MOST_HELD - 1}`]: { $exists: false },
    };
    const { matchedCount } = await this.collection().updateOne(free, {
      $inc: { remaining: -1 }, $push: { held: { id: holder, at: new Date(now + LOOK_AFTER) } }, $set: { updatedAt: new Date(now) },
    });
    return matchedCount === 1 || this.keep(key, holder);
  }

  /**
   * Whether a message has a grant, whose next check is postponed.
   * @param ms by how much, in milliseconds
   */
  async keep(key: SubscriptionKey, holder: string, ms = LOOK_AFTER): Promise<boolean> {
    const { matchedCount } = await this.collection().updateOne(
      { _id: subscriptionId(key), 'held.id': holder }, { $set: { 'held.$.at': new Date(Date.now() + ms) } },
    );
    return matchedCount === 1;
  }

  /** As `has`, asked together with other messages that are about to be sent. */
  async has(key: SubscriptionKey, holder: string): Promise<boolean> {
    return this.checks.do({ key, holder });
  }

  /** Notes that WeChat has used up the grant of a message. */
  async spend(key: SubscriptionKey, holder: string): Promise<void> {
    await this.ends.do({ key, holder });
  }

  /**
   * Gives the grant of a message back, if it has one.
   * @param at only if no other process has postponed its check since
   */
  async giveBack(key: SubscriptionKey, holder: string, at?: Date): Promise<void> {
    await this.collection().updateOne(
      { _id: subscriptionId(key), held: { $elemMatch: { id: holder, ...(at ? { at } : {}) } } },
      { $inc: { remaining: 1 }, $pull: { held: { id: holder } }, $set: { updatedAt: new Date() } },
    );
  }

  /**
   * Notes that WeChat knows no grant (any more).
   * @param asked when the message was due: later grants stay
   */
  async zero(key: SubscriptionKey, asked: Date, status?: Status): Promise<void> {
    await this.collection().updateOne(
      { _id: subscriptionId(key), $or: [{ acceptedAt: { $exists: false } }, { acceptedAt: { $lte: asked } }] },
      { $set: { remaining: 0, updatedAt: new Date(), ...(status ? { status } : {}) } },
    );
  }

  /** Notes that WeChat has banned the template, until the next accepted pop-up. */
  async ban(key: SubscriptionKey): Promise<void> {
    await this.collection().updateOne({ _id: subscriptionId(key) }, { $set: { status: 'ban', updatedAt: new Date() } });
  }

  private async keepAll(grants: Held[]) {
    const at = new Date(Date.now() + LOOK_AFTER);
    // Postponed first and read then, so that a grant that is given back in between is seen.
    await this.collection().bulkWrite(grants.map(({ key, holder }) => ({
      updateOne: { filter: { _id: subscriptionId(key), 'held.id': holder }, update: { $set: { 'held.$.at': at } } },
    })), { ordered: false });
    const ids = [...new Set(grants.map(({ key }) => subscriptionId(key)))];
    const holders = grants.map(({ holder }) => holder);
    const found = await this.collection().find({ _id: { $in: ids }, 'held.id': { $in: holders } }, { projection: { held: 1 } }).toArray();
    const held = new Set(found.flatMap(({ _id, held = [] }) => held.map(({ id }) => `${_id} ${id}`)));
    return grants.map(({ key, holder }) => ({ value: held.has(`${subscriptionId(key)} ${holder}`) }));
  }

  private async spendAll(grants: Held[]) {
    const updatedAt = new Date();
    await this.collection().bulkWrite(grants.map(({ key, holder }) => ({
      updateOne: { filter: { _id: subscriptionId(key), 'held.id': holder }, update: { $pull: { held: { id: holder } }, $set: { updatedAt } } },
    })), { ordered: false });
    return grants.map(() => ({ value: undefined }));
  }
}

function remember<T>(value: T): { $each: T[]; $slice: number } {
  return { $each: [value], $slice: -REMEMBERED };
}
