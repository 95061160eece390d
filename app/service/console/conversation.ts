import { Service } from 'egg';
import { openidKey } from '../../lib/wechat/openidKey';
import { z } from 'zod';
import { EPOCH } from '../../lib/conversation/derive';
import { timelinePage } from '../../lib/console/timeline';
import { AppError } from '../../lib/errors';
import { parseInput } from '../../lib/input/parseInput';
import { officialMessageSchema, miniprogramMessageSchema, type CustomMessage } from '../../lib/wechat/outgoing/customMessageSchema';
import type { SubscribeContent } from '../../lib/wechat/outgoing/subscribeContent';
import type { WechatApp } from '../../lib/wechat/apps';
import type { OutboxDocument } from '../../lib/outbox/document';
import type { ConversationDocument } from '../../model/conversation';
import type { SubscriptionDocument } from '../../lib/subscription/document';
import type { MessageDocument } from '../../model/message';
import type { Profile } from '../../model/user';

/** Whether a customer-service message can be sent, and why not. */
export interface WritingWindow {
  open: boolean;
  until: Date | null;
  allowed: number;
  used: number;
  reason: 'NEVER_WROTE' | 'OVER' | 'USED_UP' | null;
}

/** A conversation with the fields that are shown beside it. */
export interface Shown {
  conversation: ConversationDocument;
  appName: string;
  userId: string | null;
  profile?: Partial<Profile>;
  window: WritingWindow;
}

/** A template of which a message may be sent now. */
export interface Grant {
  templateId: string;
  title: string | null;
  remaining: number;
}

const REASONS = { NEVER_WROTE: 'windowNeverWrote', OVER: 'windowOver', USED_UP: 'windowUsedUp' } as const;
const TRIES = 8;
/** How many messages one message of a person allows. */
const WINDOW_MS = 48 * 3_600_000;

/** Conversations, for the agents who answer them. */
export default class ConsoleConversationService extends Service {
  /**
   * The messages of both directions, with the state of the conversation.
   * @throws {AppError} NOT_FOUND of the app; INVALID_ARGUMENT of `before`
   */
  async messages(id: string, { limit, before }: { limit: number; before?: string }) {
    const who = this.whoOf(id);
    const { Conversation, Message, Outbox } = this.ctx.model;
    const [page, kept, templates] = await Promise.all([
      timelinePage({ messages: Message.collection as never, outbox: Outbox.collection as never, accounts: [who], events: false, limit, before }),
      Conversation.findById(id).lean<ConversationDocument>(),
      this.grants(who),
    ]);
    const [shown] = kept ? await this.show([kept]) : [];
    return { ...page, shown, window: shown?.window ?? await this.window(who), templates };
  }

  /**
   * Sends a message in an agent's name.
   * @throws {AppError} NOT_FOUND of the app; INVALID_ARGUMENT; CONFLICT when the window is closed, or of the
   *   idempotencyKey; NO_GRANT
   */
  async send(id: string, { message, subscribe, idempotencyKey }: { message?: CustomMessage; subscribe?: SubscribeContent; idempotencyKey?: string }): Promise<OutboxDocument> {
    const who = this.whoOf(id);
    const by = this.ctx.admin.name;
    const { outbox, subscription } = this.ctx.service;
    const key = idempotencyKey === undefined ? undefined : `console:${id}:${idempotencyKey}`;
    if (subscribe) {
      await this.record('conversation.send', id, { templateId: subscribe.templateId });
      return subscription.send({ appid: who.appid, openid: who.openid, ...subscribe, idempotencyKey: key, by });
    }
    const checked = this.fitting(who.wechatApp, message as CustomMessage);
    if (!await this.isQueued(who.appid, key)) await this.requireOpen(who);
    await this.record('conversation.send', id, { msgtype: checked.msgtype });
    return outbox.send({ appid: who.appid, openid: who.openid, message: checked, by, ...(key === undefined ? {} : { idempotencyKey: key }) });
  }

  /** Marks the person's present messages as read. @throws {AppError} NOT_FOUND */
  async read(id: string): Promise<Shown> {
    const [newest, { unread, readAt }] = await Promise.all([this.newest(id), this.required(id)]);
    if (unread > 0 || newest > (readAt ?? EPOCH)) await this.record('conversation.read', id, {});
    return this.amend(id, kept => {
      const before = kept.readAt ?? EPOCH;
      if (newest <= before && kept.unread === 0) return undefined;
      // The person has written to a closed conversation just now, and that was not noted yet.
      const opens = kept.state === 'closed' && newest > before;
      return { readAt: newest > before ? newest : before, unread: 0, ...(opens ? { state: 'open' as const } : {}) };
    });
  }

  /**
   * Assigns, closes or reopens a conversation.
   * @param change `from`: the present assignee, as the caller sees it
   * @throws {AppError} NOT_FOUND of the conversation or the administrator; CONFLICT when it has another assignee
   */
  async change(id: string, change: { assignee?: string | null; from?: string | null; state?: 'open' | 'closed' }): Promise<Shown> {
    const { assignee, from, state } = change;
    if (typeof assignee === 'string' && !await this.app.administrators.find(assignee)) throw new AppError('NOT_FOUND', { key: 'noAdmin' });
    const kept = await this.required(id);
    if (assignee !== undefined) this.requireFree(kept, assignee, from);
    const newest = state === 'closed' ? await this.newest(id) : EPOCH;
    await this.record('conversation.update', id, { ...(assignee === undefined ? {} : { assignee }), ...(state === undefined ? {} : { state }) });
    return this.amend(id, now => {
      if (assignee !== undefined) this.requireFree(now, assignee, from);
      return {
        ...(assignee === undefined ? {} : { assignee }),
        ...(state === undefined ? {} : { state }),
        ...(state === 'closed' ? { unread: 0, readAt: newest > (now.readAt ?? EPOCH) ? newest : now.readAt ?? EPOCH } : {}),
      };
    });
  }

  /**
   * Shows or hides "typing…".
   * @throws {AppError} NOT_FOUND of the app
   * @throws {WechatError}
   */
  async typing(id: string, on: boolean): Promise<void> {
    const { wechatApp, openid } = this.whoOf(id);
    await this.ctx.service.customerService.typing(wechatApp, openid, on);
  }

  /** The templates of which the person may get a message. */
  async grants({ appid, openid }: { appid: string; openid: string }): Promise<Grant[]> {
    const granted = (await this.ctx.service.subscription.list({ appid, openid })).filter(({ status, remaining }) => status === 'accept' && remaining > 0);
    const titles = await this.titles(granted);
    return granted.map(({ templateId, remaining }) => ({ templateId, title: titles.get(templateId) ?? null, remaining }));
  }

  /** Titles of templates that are stored here. */
  async titles(subscriptions: Array<Pick<SubscriptionDocument, 'templateId'>>): Promise<Map<string, string>> {
    if (subscriptions.length === 0) return new Map();
    const ids = [...new Set(subscriptions.map(({ templateId }) => templateId))];
    const known = await this.ctx.model.Template.find({ _id: { $in: ids } }, { title: 1 }).lean<Array<{ _id: string; title?: string }>>();
    return new Map(known.flatMap(({ _id, title }) => (title ? [[_id, title]] : [])));
  }

  /** Conversations with what is shown beside each. */
  async show(conversations: ConversationDocument[]): Promise<Shown[]> {
    const [windows, people] = await Promise.all([this.windows(conversations), this.ctx.service.console.people.behind(conversations.map(({ _id }) => _id))]);
    return conversations.map(conversation => {
      const { userId, profile } = people.get(conversation._id) ?? { userId: conversation.userId ?? null };
      return { conversation, appName: this.app.wechatApps.nameOf(conversation.appid), userId, ...(profile ? { profile } : {}), window: windows.get(conversation._id) as WritingWindow };
    });
  }

  private async windows(conversations: Array<Pick<ConversationDocument, '_id' | 'appid' | 'openid' | 'windowUntil'>>): Promise<Map<string, WritingWindow>> {
    const windows = new Map<string, WritingWindow>();
    for (const appid of new Set(conversations.map(conversation => conversation.appid))) {
      const some = conversations.filter(conversation => conversation.appid === appid);
      const standings = await this.ctx.service.customWindow.standings(appid, some.map(({ openid }) => openid));
      for (const { _id, openid, windowUntil } of some) windows.set(_id, toWindow(standings.get(openid), windowUntil));
    }
    return windows;
  }

  /** The state for a person who may have written just now, or never. */
  private async window({ appid, openid }: { appid: string; openid: string }): Promise<WritingWindow> {
    const _id = openidKey(appid, openid);
    const newest = await this.newest(_id);
    const windowUntil = newest > EPOCH ? new Date(newest.getTime() + WINDOW_MS) : EPOCH;
    return (await this.windows([{ _id, appid, openid, windowUntil }])).get(_id) as WritingWindow;
  }

  /** @throws {AppError} CONFLICT */
  private async requireOpen(who: { appid: string; openid: string }): Promise<void> {
    const { open, reason } = await this.window(who);
    if (open || !reason) return;
    const grants = await this.grants(who);
    const what = grants.length > 0
      ? { key: 'windowTemplates' as const, params: { templates: grants.map(({ title, templateId }) => title ?? templateId).slice(0, 10).join(', ') } }
      : { key: 'windowNoTemplate' as const };
    throw new AppError('CONFLICT', [{ key: REASONS[reason] }, what]);
  }

  private async isQueued(appid: string, idempotencyKey: string | undefined): Promise<boolean> {
    return idempotencyKey !== undefined && await this.ctx.service.outbox.isQueued({ appid, kind: 'custom', idempotencyKey });
  }

  /** @throws {AppError} INVALID_ARGUMENT of what the app's kind does not take */
  private fitting(wechatApp: WechatApp, message: CustomMessage): CustomMessage {
    const schema: z.ZodType = wechatApp.kind === 'official' ? officialMessageSchema : miniprogramMessageSchema;
    return parseInput(z.object({ message: schema }), { message }, 'body').message as CustomMessage;
  }

  /** One assignment at a time. */
  private requireFree(kept: ConversationDocument, wanted: string | null, from: string | null | undefined): void {
    const { name, role } = this.ctx.admin;
    const assignee = kept.assignee ?? null;
    if (assignee === wanted) return;
    const free = from === undefined ? assignee === null || assignee === name || role === 'admin' : assignee === from;
    if (free) return;
    throw new AppError('CONFLICT', assignee ? { key: 'conversationTaken', params: { name: assignee } } : { key: 'conversationFree' });
  }

  /** Writes a change unless the document has changed since it was read; then the change is computed anew. */
  private async amend(id: string, change: (kept: ConversationDocument) => Partial<Omit<ConversationDocument, 'assignee'>> & { assignee?: string | null } | undefined): Promise<Shown> {
    const { Conversation } = this.ctx.model;
    for (let tries = 0; tries < TRIES; tries++) {
      const kept = await this.required(id);
      const wanted = change(kept);
      if (!wanted) return (await this.show([kept]))[0];
      const { assignee, ...set } = wanted;
      const unchanged = { _id: id, lastAt: kept.lastAt, unread: kept.unread, state: kept.state, readAt: kept.readAt ?? null, assignee: kept.assignee ?? null };
      const update = { $set: { ...set, ...(assignee ? { assignee } : {}) }, ...(assignee === null ? { $unset: { assignee: '' } } : {}) };
      const { matchedCount } = await Conversation.collection.updateOne(unchanged as object, update as object);
      if (matchedCount === 0) continue;
      const now = await this.required(id);
      const { appid, openid, unread, state } = now;
      this.app.keeping.news.add('conversation', { id, appid, openid, unread, state, assignee: now.assignee ?? null });
      return (await this.show([now]))[0];
    }
    throw new AppError('UNAVAILABLE', { key: 'personBusy' });
  }

  private async required(id: string): Promise<ConversationDocument> {
    const kept = await this.ctx.model.Conversation.findById(id).lean<ConversationDocument>();
    if (!kept) throw new AppError('NOT_FOUND', { key: 'noConversation' });
    return kept;
  }

  /** When the latest message of the person was received; 1970 when there is none. */
  private async newest(id: string): Promise<Date> {
    const { appid, openid } = this.partsOf(id);
    const latest = await this.ctx.model.Message.findOne({ openid, appid, type: { $ne: 'event' } }, { receivedAt: 1 }).sort({ receivedAt: -1 }).lean<Pick<MessageDocument, 'receivedAt'>>();
    return latest?.receivedAt ?? EPOCH;
  }

  private partsOf(id: string): { appid: string; openid: string } {
    const [appid, openid] = id.split(':');
    return { appid, openid };
  }

  /** @throws {AppError} NOT_FOUND when the app is not configured */
  private whoOf(id: string): { wechatApp: WechatApp; appid: string; openid: string } {
    const { appid, openid } = this.partsOf(id);
    const wechatApp = this.app.wechatApps.find(appid);
    if (!wechatApp) throw new AppError('NOT_FOUND', { key: 'unknownApp' });
    return { wechatApp, appid, openid };
  }

  private async record(action: string, target: string, detail: Record<string, unknown>): Promise<void> {
    await this.ctx.service.audit.record({ who: this.ctx.admin.name, action, target, detail });
  }
}

function toWindow(standing: { allowed: number; used: number } | undefined, windowUntil: Date): WritingWindow {
  const { allowed, used } = standing ?? { allowed: 0, used: 0 };
  const until = windowUntil > EPOCH ? windowUntil : null;
  if (allowed === 0) return { open: false, until, allowed, used, reason: until ? 'OVER' : 'NEVER_WROTE' };
  return used < allowed ? { open: true, until, allowed, used, reason: null } : { open: false, until, allowed, used, reason: 'USED_UP' };
}
