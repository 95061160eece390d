import { randomUUID } from 'node:crypto';
import { Service } from 'egg';
import { timelinePage, type TimelineItem } from '../../lib/console/timeline';
import { WechatError } from '../../lib/wechat/error';
import type { FollowDocument } from '../../model/follow';
import type { MessageDocument } from '../../model/message';
import type { NoteDocument } from '../../model/note';
import type { SessionDocument } from '../../model/session';
import type { SubscriptionDocument } from '../../lib/subscription/document';
import type { UserDocument } from '../../model/user';
import type { Listed } from './people';

/** A tag of a person. */
export interface TagOfPerson {
  appid: string;
  id: number;
  name: string;
}

/** A follow with its changes. */
export interface FollowWithHistory {
  follow: FollowDocument;
  history: Array<Pick<MessageDocument, 'receivedAt' | 'event'>>;
}

/** Everything that is shown of a person. */
export interface WholePerson extends Listed {
  tags: TagOfPerson[];
  follows: FollowWithHistory[];
  grants: SubscriptionDocument[];
  titles: Map<string, string>;
  sessions: SessionDocument[];
  notes: NoteDocument[];
  timeline: { items: TimelineItem[]; next: string | null };
}

const MOST_NOTES = 100;
const MOST_SESSIONS = 100;
const MOST_CHANGES = 20;
const MOST_ACCOUNTS = 100;
const TIMELINE = 50;

/** One person, for administrators and agents. */
export default class ConsolePersonService extends Service {
  /**
   * Reads a person.
   * @throws {AppError} NOT_FOUND; INVALID_ARGUMENT of `before`
   */
  async show(id: string, before?: string): Promise<WholePerson> {
    const { model, service } = this.ctx;
    const user = await service.people.user(id);
    const [listed] = await service.console.people.withAccounts([user]);
    const accounts = listed.accounts.slice(0, MOST_ACCOUNTS);
    const [tags, follows, grants, sessions, notes, timeline] = await Promise.all([
      this.tags(listed),
      this.follows(user),
      Promise.all(accounts.map(account => service.subscription.list(account))).then(all => all.flat()),
      model.Session.find({ userId: user._id }).sort({ lastSeenAt: -1 }).limit(MOST_SESSIONS).lean<SessionDocument[]>(),
      model.Note.find({ userId: user._id }).sort({ at: -1 }).limit(MOST_NOTES).lean<NoteDocument[]>(),
      timelinePage({ messages: model.Message.collection as never, outbox: model.Outbox.collection as never, accounts, events: true, limit: TIMELINE, before }),
    ]);
    return { ...listed, tags, follows, grants, titles: await service.console.conversation.titles(grants), sessions, notes, timeline };
  }

  /**
   * Adds a note.
   * @throws {AppError} NOT_FOUND
   */
  async note(id: string, text: string): Promise<NoteDocument> {
    const { _id: userId } = await this.ctx.service.people.user(id);
    const who = this.ctx.admin.name;
    const note: NoteDocument = { _id: randomUUID(), userId, at: new Date(), who, text };
    await this.ctx.service.audit.record({ who, action: 'note.create', target: userId, detail: { note: note._id } });
    await this.ctx.model.Note.create(note);
    return note;
  }

  /** Ends all sessions. @return how many @throws {AppError} NOT_FOUND */
  async revoke(id: string): Promise<number> {
    const { people, audit, session } = this.ctx.service;
    const { _id } = await people.user(id);
    await audit.record({ who: this.ctx.admin.name, action: 'user.revokeSessions', target: _id });
    return session.closeAllOf(_id);
  }

  /** Asks WeChat for the tags; leaves out accounts for which WeChat does not answer. */
  private async tags({ accounts }: Listed): Promise<TagOfPerson[]> {
    const { tag, tagged } = this.ctx.service;
    const officials = accounts.filter(({ kind, appid }) => kind === 'official' && this.app.wechatApps.find(appid));
    const all = await Promise.all(officials.map(async ({ appid, openid }) => {
      try {
        const ids = await tagged.tagsOf(openid, appid);
        if (ids.length === 0) return [];
        return (await tag.list(appid)).filter(({ id }) => ids.includes(id)).map(({ id, name }) => ({ appid, id, name }));
      } catch (error) {
        if (error instanceof WechatError) return [];
        throw error;
      }
    }));
    return all.flat();
  }

  private async follows({ _id, unionid }: UserDocument): Promise<FollowWithHistory[]> {
    const { Follow, Message } = this.ctx.model;
    const [own, united] = await Promise.all([
      Follow.find({ userId: _id }).limit(MOST_ACCOUNTS).lean<FollowDocument[]>(),
      unionid === undefined ? [] : Follow.find({ unionid }).limit(MOST_ACCOUNTS).lean<FollowDocument[]>(),
    ]);
    const follows = new Map([...own, ...united].map(follow => [follow._id, follow]));
    return Promise.all([...follows.values()].map(async follow => {
      const { appid, openid } = follow;
      const history = await Message.find({ openid, appid, type: 'event', event: { $in: ['subscribe', 'unsubscribe'] } }, { receivedAt: 1, event: 1 })
        .sort({ receivedAt: -1 }).limit(MOST_CHANGES).lean<FollowWithHistory['history']>();
      return { follow, history };
    }));
  }
}
