import { Service } from 'egg';
import { fieldAad } from '../lib/crypto/encryptedFields';
import { marksOf, repeatMark, type ErasureDocument, type Secret } from '../lib/erasure/document';
import { eventsUnderWay, lastEvents } from '../lib/erasure/emptying';
import { gather, sizeOf } from '../lib/erasure/gather';
import type { Scope } from '../lib/erasure/scope';
import { TREATMENTS, treat } from '../lib/erasure/treatments';
import type { CollectionName } from '../lib/mongo/collections';
import { isUnavailable } from '../lib/mongo/errors';
import { LeaseLostError, withLease, type Lease } from '../lib/mongo/lease';
import { nextOrder } from '../lib/async/order';
import { sleep } from '../lib/async/sleep';

const LEASE = 15_000;
/** Most passes: documents that arrive meanwhile make another pass worth while; later ones are found after the end. */
const PASSES = 5;
/** How long an event that is being sent is waited for, so that the last one comes after it. */
const EVENTS_TIMEOUT_MS = 3_000;
/** Milliseconds after the end at which documents are looked for that a slow process has written late. */
const LOOKS = [2_000, 10_000, 20_000, 60_000, 600_000];
/** By then every attempt that began before the end to send an event has ended, or its process has died. */
const TRIES_OVER = 20_000;
/** Milliseconds between two checks whether the last events are sent. */
const TELLING = 2_000;
const TELLING_LONG = 60_000;
/** Most repetitions that are remembered. */
const MOST_REPEATS = 10_000;
/** A spool that is replayed later than this brings an erased person back. */
const KEPT = 30 * 86_400_000;
/** Unreadable values may become readable when a former key is configured again. */
const UNREADABLE = 600_000;
const ROUND = 50;

/**
 * Erasures, step by step. Each step may be done twice, by one process at a time; after a crash another one continues
 * with the rest. The erasure's document holds the person, encrypted, until nothing of theirs can arrive any more.
 */
export default class ErasingService extends Service {
  /** Continues an erasure to its end, or waits for the process that does. */
  async finish(_id: string): Promise<void> {
    while (!await this.advance(_id) && !await this.ctx.model.Erasure.exists({ _id, told: true })) await sleep(100);
  }

  /** Continues all erasures that are due. */
  async lookAfter(): Promise<void> {
    const due = await this.ctx.model.Erasure.find({ dueAt: { $lte: new Date() } }, { _id: 1 }).sort({ dueAt: 1 }).limit(ROUND).lean<Array<{ _id: string }>>();
    for (const { _id } of due) {
      try {
        await this.advance(_id);
      } catch (error) {
        if (isUnavailable(error)) throw error;
        if (!(error instanceof LeaseLostError)) this.app.logger.error('The erasure %s is continued later: %s', _id, (error as Error).stack);
      }
    }
  }

  /** Does all that is due of one. @return false when another process does it */
  private async advance(_id: string): Promise<boolean> {
    const { app } = this;
    const done = await withLease(app.leases, `erasure:${_id}`, LEASE, async lease => {
      let erasure = await this.load(_id);
      const secret = erasure ? this.secretOf(erasure) : undefined;
      if (!erasure || erasure.state === 'over') return true;
      if (erasure.person && !secret) return this.postpone(erasure);
      if (secret && erasure.state === 'running') erasure = await this.sweep(erasure, secret, lease);
      if (secret && !erasure.told) erasure = await this.tell(erasure, secret);
      await this.lookAgain(erasure, secret, lease);
      return true;
    });
    return done === true;
  }

  /** Removes everything, pass by pass, until a pass finds nothing. */
  private async sweep(erasure: ErasureDocument, secret: Secret, lease: Lease): Promise<ErasureDocument> {
    const { app } = this;
    const scope = this.scope(erasure, secret, lease);
    await this.save(erasure, {});
    await app.erasures.refresh();
    for (let pass = 0; pass < PASSES; pass++) {
      await this.widen(erasure, secret);
      scope.person = secret.person;
      if (await this.pass(erasure, scope) === 0) break;
    }
    for (let waited = 0; waited < EVENTS_TIMEOUT_MS && await eventsUnderWay(scope) > 0; waited += 100) await sleep(100);
    await this.pass(erasure, scope);
    lease.check();
    const endedAt = new Date();
    return this.save(erasure, { state: 'ended', endedAt, endOrder: nextOrder(), looks: 0 });
  }

  /** Newly found accounts of the person are written down before the documents that connect them are removed. */
  private async widen(erasure: ErasureDocument, secret: Secret): Promise<void> {
    const person = await gather(this.database, secret.person);
    if (sizeOf(person) === sizeOf(secret.person)) return;
    secret.person = person;
    const marks = marksOf(person).map(mark => this.app.blindIndex.of(mark));
    const cipher = this.app.cipher.encrypt(JSON.stringify(secret), erasureAad(erasure._id));
    await this.save(erasure, { person: { cipher }, marks: [...new Set([...erasure.marks, ...marks])] });
  }

  /** @return documents that were removed or emptied */
  private async pass(erasure: ErasureDocument, scope: Scope): Promise<number> {
    const counts: Record<string, number> = {};
    let all = 0;
    for (const name of Object.keys(TREATMENTS) as CollectionName[]) {
      scope.check();
      const count = await treat(name, scope);
      if (count > 0) counts[`counts.${name}`] = count;
      all += count;
    }
    if (all > 0) await this.ctx.model.Erasure.updateOne({ _id: erasure._id, run: erasure.run }, { $inc: counts });
    // Forgets the sessions in this process's memory.
    this.app.recentSessions.forget();
    return all;
  }

  /** Writes the end to the audit log, and queues its event, once each, however often this is called. */
  private async tell(erasure: ErasureDocument, { person, asked }: Secret): Promise<ErasureDocument> {
    const { service } = this.ctx;
    const { _id, run, by, endedAt } = erasure;
    const counts = (await this.load(_id))?.counts ?? {};
    await service.audit.record({ who: by, action: 'user.erased', target: _id, detail: { documents: counts } }, `erasure:${run}`);
    if (asked) await service.webhook.emit({ type: 'user.erased', data: { ...asked, userId: _id }, cause: [run], at: endedAt });
    const events = await lastEvents({ db: this.database, person });
    return this.save(erasure, { told: true, events: [...new Set([...erasure.events ?? [], ...events])], dueAt: new Date(Date.now() + TELLING) });
  }

  /**
   * After the end: removes late documents, then the last events once they are sent, then the person from the erasure's
   * document.
   */
  private async lookAgain(erasure: ErasureDocument, secret: Secret | undefined, lease: Lease): Promise<void> {
    const { endedAt, endOrder } = erasure;
    if (!endedAt || endOrder === undefined) return;
    const now = Date.now();
    const age = now - endedAt.getTime();
    let looks = erasure.looks ?? 0;
    if (secret && age >= LOOKS[looks]) {
      await this.pass(erasure, { ...this.scope(erasure, secret, lease), end: { at: endedAt, order: endOrder, triesOver: age >= TRIES_OVER } });
      while (age >= LOOKS[looks]) looks++;
    }
    const events = await this.removeTold(erasure.events ?? [], age > KEPT);
    const next = LOOKS[looks] as number | undefined;
    if (next === undefined && events.length === 0) {
      await this.end(erasure, new Date(Math.max(endedAt.getTime() + KEPT, now)));
      return;
    }
    const waits = [...(next === undefined ? [] : [next - age]), ...(events.length > 0 ? [age < TELLING_LONG ? TELLING : TELLING_LONG] : [])];
    await this.save(erasure, { looks, events, dueAt: new Date(now + Math.max(Math.min(...waits), 100)) });
    if (next === undefined) await this.ctx.model.Erasure.updateOne({ _id: erasure._id, run: erasure.run }, { $unset: { person: '', repeats: '' } });
  }

  /** @return those that are still to be sent, or were given up and may be sent again by hand */
  private async removeTold(events: string[], all: boolean): Promise<string[]> {
    if (events.length === 0) return [];
    const { Outbox } = this.ctx.model;
    await Outbox.deleteMany({ _id: { $in: events }, ...(all ? {} : { state: 'sent' }) });
    const left = await Outbox.find({ _id: { $in: events } }, { _id: 1 }).lean<Array<{ _id: string }>>();
    return left.map(({ _id }) => _id);
  }

  private async end({ _id, run }: ErasureDocument, expiresAt: Date): Promise<void> {
    await this.ctx.model.Erasure.updateOne(
      { _id, run }, { $set: { state: 'over', repeats: [], changedAt: new Date(), expiresAt }, $unset: { person: '', events: '', dueAt: '', looks: '' } },
    );
  }

  private async postpone(erasure: ErasureDocument): Promise<true> {
    this.app.logger.error('The erasure %s cannot continue: its person is encrypted with a key that is missing. Add the key to DATA_KEYS_OLD.', erasure._id);
    await this.save(erasure, { dueAt: new Date(Date.now() + UNREADABLE) });
    return true;
  }

  private scope(erasure: ErasureDocument, { person }: Secret, lease: Lease): Scope {
    const { app } = this;
    const hash = (message: string) => app.blindIndex.of(repeatMark(message));
    const repeats = new Set(erasure.repeats);
    return {
      db: this.database,
      person,
      check: () => lease.check(),
      remember: async messages => {
        if (messages.length === 0) return;
        const hashes = messages.map(hash);
        for (const one of hashes) repeats.add(one);
        await this.ctx.model.Erasure.updateOne(
          { _id: erasure._id, run: erasure.run }, { $push: { repeats: { $each: hashes, $slice: -MOST_REPEATS } }, $set: { changedAt: new Date() } },
        );
      },
      isRepeat: message => repeats.has(hash(message)),
      wake: lane => app.outboxEndings.letGo(lane),
    };
  }

  private get database() {
    const { db } = this.app.mongoose.connection;
    if (!db) throw new Error('not connected');
    return db;
  }

  private load(_id: string): Promise<ErasureDocument | null> {
    return this.ctx.model.Erasure.findById(_id).lean<ErasureDocument>();
  }

  private secretOf({ _id, person }: ErasureDocument): Secret | undefined {
    const text = person && this.app.cipher.read(person.cipher, erasureAad(_id));
    return text ? JSON.parse(text) as Secret : undefined;
  }

  private async save(erasure: ErasureDocument, changes: Partial<ErasureDocument>): Promise<ErasureDocument> {
    const changed = { ...changes, changedAt: new Date() };
    await this.ctx.model.Erasure.updateOne({ _id: erasure._id, run: erasure.run }, { $set: changed });
    return Object.assign(erasure, changed);
  }
}

/** The place of the ciphertext of an erasure's person. */
export function erasureAad(_id: string): string {
  return fieldAad('erasures.person', _id);
}
