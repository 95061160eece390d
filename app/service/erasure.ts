import { randomUUID } from 'node:crypto';
import { openidKey } from '../lib/wechat/openidKey';
import { Service } from 'egg';
import { AppError } from '../lib/errors';
import { ERASURE_BEGUN, accountMark, imMark, marksOf, repeatMark, type Account, type ErasureDocument, type Person, type Secret } from '../lib/erasure/document';
import { gather } from '../lib/erasure/gather';
import { isCovered } from '../lib/erasure/marks';
import { isDuplicateKey, isUnavailable } from '../lib/mongo/errors';
import { LeaseLostError } from '../lib/mongo/lease';
import { within, TimeoutError } from '../lib/async/within';
import type { MessageDocument } from '../model/message';
import type { OpenidDocument } from '../model/openid';
import type { UserDocument } from '../model/user';
import { erasureAad } from './erasing';
import { provisionalUserId } from './user';

/** How long a caller waits for the end; a longer erasure goes on without them. */
const TIMEOUT_MS = 8_000;

/** How long a push waits for an answer about its person, in milliseconds. */
const PUSH_TIMEOUT_MS = 500;

interface Asked {
  /** The person's id, or one of their accounts. */
  userId: string;
  account?: Account;
  /** Who asks for it, as in the audit log. */
  by: string;
  /** The same push erases a person once. */
  run?: string;
}

/** Erasures of people. Once an erasure is written down, it is continued whatever happens: see service/erasing. */
export default class ErasureService extends Service {
  /**
   * Erases the logged-in person. Asking twice has the effect of asking once.
   * @throws {AppError} UNAUTHENTICATED when the person has been erased before
   */
  async ofLogin({ appid, openid }: Account): Promise<void> {
    const account = { appid, openid };
    const userId = await this.ctx.service.joining.settled(openidKey(appid, openid)).catch(async error => {
      const under = error instanceof AppError && error.code === 'UNAUTHENTICATED' ? await this.running([accountMark(account)]) : undefined;
      if (!under) throw error;
      return under;
    });
    await this.begin({ userId, account, by: 'person' });
  }

  /**
   * Erases a person.
   * @param by who asks, as in the audit log
   * @throws {AppError} NOT_FOUND
   */
  async ofUser(userId: string, by: string): Promise<void> {
    const { Erasure, User } = this.ctx.model;
    const user = await User.findById(userId).lean<UserDocument>();
    if (!user && !await Erasure.exists({ _id: userId, state: 'running' })) throw new AppError('NOT_FOUND', { key: 'noPerson' });
    await this.begin({ userId: user?.mergedInto ?? userId, by });
  }

  /**
   * Erases the person of an account, known as a user or not, in the background.
   * @param run the cause: for the same one it is done once
   */
  async ofAccount(account: Account, by: string, run: string): Promise<void> {
    const known = await this.app.groups.openids.find(openidKey(account.appid, account.openid));
    await this.begin({ userId: known?.userId ?? provisionalUserId(openidKey(account.appid, account.openid)), account, by, run }, 0);
  }

  /**
   * The pushes among these whose person has not been erased since they were received.
   * @throws the driver's error
   */
  async without<T extends { appid: string; openid: string | null; receivedAt: Date }>(pushes: T[]): Promise<T[]> {
    const { blindIndex } = this.app;
    const hashes = new Map<string, T[]>();
    for (const push of pushes) {
      if (push.openid === null) continue;
      for (const hash of blindIndex.all(accountMark(push))) hashes.set(hash, [...hashes.get(hash) ?? [], push]);
    }
    const erasures = await this.find([...hashes.keys()]);
    const gone = new Set(erasures.flatMap(erasure => erasure.marks.flatMap(mark => (hashes.get(mark) ?? []).filter(({ receivedAt }) => isCovered(erasure, receivedAt)))));
    return gone.size === 0 ? pushes : pushes.filter(push => !gone.has(push));
  }

  /** As `without`, but asks the database only about people who are known to be erased lately. */
  async withoutErased<T extends { appid: string; openid: string | null; receivedAt: Date }>(messages: T[]): Promise<T[]> {
    const { erasures } = this.app;
    const suspects = new Set(messages.filter(message => erasures.knows(message)));
    if (suspects.size === 0) return messages;
    const kept = new Set(await this.without([...suspects]));
    return messages.filter(message => !suspects.has(message) || kept.has(message));
  }

  /**
   * Refuses what would be kept of somebody who is being erased, or was a moment ago and has not come back.
   * @throws {AppError} NOT_FOUND
   */
  async requirePresent({ appid, openid }: Account): Promise<void> {
    const account = { appid, openid };
    if (!this.app.erasures.knows(account)) return;
    const erasures = await this.find(this.app.blindIndex.all(accountMark(account)));
    if (erasures.length === 0) return;
    const isUnderWay = erasures.some(({ state }) => state === 'running');
    if (isUnderWay || !await this.isBack({ userIds: [], accounts: [account] })) throw new AppError('NOT_FOUND', { key: 'personErased' });
  }

  /**
   * Whether a push that comes in now is not to be stored: its person is being erased, or it is the repetition of one that was
   * erased with them.
   * @return false, too, when the database is away: the spool is looked through when it is replayed
   */
  async drops({ _id, appid, openid }: MessageDocument): Promise<boolean> {
    const { blindIndex } = this.app;
    const marks = blindIndex.all(accountMark({ appid, openid }));
    try {
      const known = await within(PUSH_TIMEOUT_MS, this.ctx.model.Erasure.find({ marks: { $in: marks } }, { state: 1, repeats: 1 }).lean<ErasureDocument[]>());
      return known.some(({ state, repeats }) => state === 'running' || blindIndex.all(repeatMark(_id)).some(hash => repeats.includes(hash)));
    } catch (error) {
      if (!(error instanceof TimeoutError) && !isUnavailable(error)) throw error;
      return false;
    }
  }

  /**
   * Whether an event of IM, received at a time, concerns a person who has been erased since.
   * @throws the driver's error
   */
  async coversIm(imUserIds: string[], receivedAt: Date): Promise<boolean> {
    const found = await this.find(imUserIds.flatMap(id => this.app.blindIndex.all(imMark(id))));
    return found.some(erasure => isCovered(erasure, receivedAt));
  }

  /** Writes down that a person is to be erased, and erases them. */
  private async begin({ userId, account, by, run = randomUUID() }: Asked, patience = TIMEOUT_MS): Promise<void> {
    const { app, ctx } = this;
    const { db } = app.mongoose.connection;
    if (!db) throw new AppError('UNAVAILABLE');
    const person = await gather(db, { userIds: [userId], accounts: account ? [account] : [], unionids: [], imUserIds: [] });
    // The audit log keeps only the userId, not the given accounts.
    await ctx.service.audit.record({ who: by, action: 'user.erase', target: userId });
    const asked = account ?? await this.lastSeen(person);
    if (!await this.note(userId, { person, ...(asked ? { asked } : {}) }, { by, run })) return;
    app.messenger.sendToApp(ERASURE_BEGUN, userId);
    await app.erasures.refresh();
    const done = app.createAnonymousContext().service.erasing.finish(userId);
    try {
      await within(patience, done);
    } catch (error) {
      // It is written down: schedule/erasing continues it.
      if (!(error instanceof TimeoutError) && !(error instanceof LeaseLostError) && !isUnavailable(error)) throw error;
    }
  }

  /** @return false when there is nothing left to do: another request, or an earlier try, was quicker */
  private async note(_id: string, secret: Secret, { by, run }: { by: string; run: string }): Promise<boolean> {
    const { Erasure } = this.ctx.model;
    const now = new Date();
    const cipher = this.app.cipher.encrypt(JSON.stringify(secret), erasureAad(_id));
    const marks = marksOf(secret.person).map(mark => this.app.blindIndex.of(mark));
    const fresh = { state: 'running' as const, run, person: { cipher }, repeats: [], by, startedAt: now, dueAt: now, changedAt: now };
    for (;;) {
      const inserted = await Erasure.create({ _id, ...fresh, marks }).then(() => true, error => {
        if (isDuplicateKey(error)) return false;
        throw error;
      });
      if (inserted) return true;
      const known = await Erasure.findById(_id).lean<ErasureDocument>();
      if (!known) continue;
      if (known.state === 'running') return true;
      if (known.run === run || !await this.isBack(secret.person)) return false;
      if (!known.told) await this.ctx.service.erasing.finish(_id);
      const { matchedCount } = await Erasure.updateOne({ _id, run: known.run, state: { $ne: 'running' } }, {
        $set: { ...fresh, marks: [...new Set([...known.marks, ...marks])] },
        $unset: { endedAt: '', endOrder: '', told: '', counts: '', looks: '', expiresAt: '' },
      });
      if (matchedCount === 1) return true;
    }
  }

  /** Whether somebody who was erased has come back since. */
  private async isBack({ userIds, accounts }: Pick<Person, 'userIds' | 'accounts'>): Promise<boolean> {
    const { Message, Openid, User } = this.ctx.model;
    const found = await Promise.all([
      User.exists({ _id: { $in: userIds } }), Openid.exists({ _id: { $in: accounts.map(({ appid, openid }) => openidKey(appid, openid)) } }),
      ...accounts.map(account => Message.exists(account)),
    ]);
    return found.some(one => one !== null);
  }

  private async running(marks: string[]): Promise<string | undefined> {
    const found = await this.find(marks.flatMap(mark => this.app.blindIndex.all(mark)));
    return found.find(({ state, endedAt }) => state === 'running' || Date.now() - Number(endedAt) < TIMEOUT_MS)?._id;
  }

  private async find(hashes: string[]): Promise<Array<Pick<ErasureDocument, '_id' | 'state' | 'marks' | 'endedAt'>>> {
    if (hashes.length === 0) return [];
    return this.ctx.model.Erasure.find({ marks: { $in: hashes } }, { state: 1, marks: 1, endedAt: 1 }).lean();
  }

  /** The account that `user.erased` names when none asked: of a mini-program rather than a follower's. */
  private async lastSeen({ userIds, accounts }: Person): Promise<Account | undefined> {
    const found = await this.ctx.model.Openid.find({ userId: { $in: userIds } }).limit(1_000).lean<OpenidDocument[]>();
    const [last] = found.sort((a, b) => Number(b.kind === 'miniprogram') - Number(a.kind === 'miniprogram') || Number(b.lastSeenAt) - Number(a.lastSeenAt));
    return last ? { appid: last.appid, openid: last.openid } : accounts[0];
  }
}

