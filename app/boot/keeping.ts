import { randomBytes } from 'node:crypto';
import { openidKey } from '../lib/wechat/openidKey';
import type { Application } from 'egg';
import { ConversationBook, type ConversationTarget } from '../lib/conversation/book';
import { derive, type Sources } from '../lib/conversation/derive';
import { TO_PEOPLE, type Entry } from '../lib/conversation/entry';
import { Keeper, type KeeperStore } from '../lib/conversation/keeper';
import { Counters, type CounterTarget } from '../lib/console/counters';
import { isUnavailable } from '../lib/mongo/errors';
import { NewsFeed, type NewsSource } from '../lib/news/feed';
import { NewsStreams } from '../lib/news/streams';
import { NewsWriter, type NewsTarget } from '../lib/news/writer';
import type { OutboxDocument } from '../lib/outbox/document';
import { concernsPerson, type StoredPush } from '../lib/wechat/push/storedPush';
import { NEWS_KEPT_SECONDS } from '../model/news';

/** Most rows of the outbox with which a group of new conversations is compared. */
const MOST_COMPARED = 1_000;
/** The change of the counter by a new follower, or by a lost one. */
const FOLLOWERS: Record<string, number> = { subscribe: 1, unsubscribe: -1 };

/**
 * Keeps the console's lists beside the work itself: `conversations`, `counters` and the news for open consoles. Each
 * change is noted in memory once the work is done, and written in groups; nothing waits for it.
 */
export class Keeping {
  readonly conversations: ConversationBook;
  readonly counters: Counters;
  readonly news: NewsWriter;
  readonly streams: NewsStreams;
  private readonly keeper: Keeper;

  constructor(private readonly app: Application) {
    const { model } = app;
    const name = randomBytes(8).toString('hex');
    const onError = (error: unknown) => { if (!isUnavailable(error)) app.logger.error(error); };
    this.conversations = new ConversationBook({
      target: () => model.Conversation.collection as unknown as ConversationTarget,
      derive: (appid, openid) => this.derive(appid, openid),
      living: entries => this.living(entries),
      onWritten: (entries, made) => this.written(entries, made),
      onError,
    });
    this.counters = new Counters(() => model.Counter.collection as unknown as CounterTarget, name, onError);
    this.news = new NewsWriter(() => model.News.collection as unknown as NewsTarget, onError);
    this.streams = new NewsStreams({
      feed: new NewsFeed({
        source: () => model.News.collection as unknown as NewsSource, now: () => Date.now() + (app.databaseClock.offset ?? 0), kept: NEWS_KEPT_SECONDS * 1000, onError,
      }),
      living: sessions => app.createAnonymousContext().service.console.event.living(sessions),
      health: () => app.createAnonymousContext().service.console.overview.health(),
      onError,
    });
    this.keeper = new Keeper({ store: () => model.Keeper.collection as unknown as KeeperStore, id: name, oldest: () => this.conversations.oldest(), onError });
  }

  /** Starts the keepers, once there is a database. */
  start(): void {
    this.keeper.start();
  }

  /** Writes all that is noted now. */
  async flush(): Promise<void> {
    await Promise.all([this.conversations.flush(), this.counters.flush()]);
    await this.news.flush();
  }

  /** Writes all that is noted, for the last time, and stops. */
  async stop(): Promise<void> {
    await this.flush();
    await this.keeper.stop();
  }

  /**
   * Notes a push that was stored.
   * @param isNew false when it may have been stored and counted before
   */
  stored(push: StoredPush & { answer?: string }, isNew = true): void {
    const { appid, openid, type, event = '', receivedAt } = push;
    const kind = this.app.wechatApps.find(appid)?.kind ?? 'miniprogram';
    if (isNew) {
      const at = receivedAt.getTime();
      this.counters.add('pushes', appid, 1, at);
      if (kind === 'official' && event in FOLLOWERS) this.counters.add('followers', appid, FOLLOWERS[event], at);
    }
    if (!concernsPerson(push)) return;
    this.conversations.heard(push, kind, isNew);
    if (type !== 'event') this.news.add('message', { id: push._id, conversation: openidKey(appid, push.openid), openid, from: 'person', type, at: receivedAt });
  }

  /** Notes a row that was added to the outbox. */
  queued(row: OutboxDocument): void {
    if (!TO_PEOPLE.includes(row.kind)) return;
    const { _id, appid, openid, kind, createdAt } = row;
    this.conversations.sent(row);
    this.news.add('message', { id: _id, conversation: openidKey(appid, openid), openid, from: 'us', type: kind, at: createdAt });
  }

  /** Notes a row's new state. */
  settled({ _id, kind, appid, openid, state, lastError, sentAt }: OutboxDocument): void {
    if (!TO_PEOPLE.includes(kind)) return;
    if (state === 'sent') this.counters.add('sent', appid, 1, sentAt?.getTime());
    else if (state !== 'ready') this.counters.add('failed', appid, 1, lastError?.at.getTime());
    this.news.add('outbox', { id: _id, kind, appid, openid, state, ...(lastError?.errcode === undefined ? {} : { errcode: lastError.errcode }) });
  }

  /** Notes a login. */
  signedIn(appid: string, isNew: boolean): void {
    this.counters.add('logins', appid);
    if (isNew) this.counters.add('people', appid);
  }

  /** Brings one conversation up to date from what is stored. */
  derive(appid: string, openid: string): Promise<void> {
    const { Conversation, Message, Outbox } = this.app.model;
    const sources = { messages: Message.collection, outbox: Outbox.collection, conversations: Conversation.collection } as unknown as Sources;
    return derive(sources, appid, openid, this.app.wechatApps.find(appid)?.kind ?? 'miniprogram');
  }

  /** Says of a user who was erased meanwhile must not be written afterwards. */
  private async living(entries: Array<[string, Entry]>): Promise<Array<[string, Entry]>> {
    const said = entries.map(entry => ({ appid: entry[1].appid, openid: entry[1].openid, receivedAt: new Date(entry[1].last?.at ?? 0), entry }));
    return (await this.app.createAnonymousContext().service.erasure.withoutErased(said)).map(({ entry }) => entry);
  }

  private async written(entries: Entry[], made: Entry[]): Promise<void> {
    for (const { appid, openid, last } of entries) {
      if (last) this.news.add('conversation', { id: openidKey(appid, openid), appid, openid, lastAt: new Date(last.at), lastText: last.text, lastFrom: last.from });
    }
    if (made.length === 0) return;
    await Promise.all([this.assign(made), this.compare(made)]);
  }

  /**
   * Compares new conversations with the outbox: a message of ours that another process noted a moment before found no
   * conversation.
   */
  private async compare(made: Entry[]): Promise<void> {
    const said = new Map(made.map(entry => [openidKey(entry.appid, entry.openid), entry.last?.at ?? 0]));
    const rows = await this.app.model.Outbox.collection.find<Pick<OutboxDocument, 'appid' | 'openid' | 'createdAt'>>(
      { openid: { $in: made.map(({ openid }) => openid) }, createdAt: { $gt: new Date(Math.min(...said.values())) }, kind: { $in: TO_PEOPLE } } as object,
      { projection: { appid: 1, openid: 1, createdAt: 1 }, limit: MOST_COMPARED },
    ).toArray();
    const later = rows.filter(({ appid, openid, createdAt }) => createdAt.getTime() > (said.get(openidKey(appid, openid)) ?? Infinity));
    for (const { appid, openid } of new Map(later.map(row => [openidKey(row.appid, row.openid), row])).values()) await this.derive(appid, openid);
  }

  /** Adds the userId to new conversations where it is known; a person who logs in later is found by the openid. */
  private async assign(made: Entry[]): Promise<void> {
    const { Conversation, Openid } = this.app.model;
    const known = await Openid.collection.find<{ _id: string; userId: string }>(
      { _id: { $in: made.map(({ appid, openid }) => openidKey(appid, openid)) } } as object, { projection: { userId: 1 } },
    ).toArray();
    if (known.length === 0) return;
    await Conversation.collection.bulkWrite(known.map(({ _id, userId }) => ({ updateOne: { filter: { _id } as object, update: { $set: { userId } } } })), { ordered: false });
  }
}
