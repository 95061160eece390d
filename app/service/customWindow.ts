import { Service } from 'egg';
import { inParallel } from '../lib/async/inParallel';
import { nextOrder } from '../lib/async/order';
import { customWindow, ENTRY_SECONDS, MESSAGE_SECONDS, standing, type Interaction, type Interactions, type WindowVerdict } from '../lib/wechat/outgoing/customWindow';
import { FROM_PERSON } from '../lib/wechat/push/head';
import { laneOf } from '../lib/outbox/kinds';
import type { OutboxDocument } from '../lib/outbox/document';

type Recipient = Pick<OutboxDocument, 'appid' | 'openid'>;

/** How long after it was queued a message may be sent at most, in milliseconds. */
const LONGEST_TRIES_MS = 86_400_000;
/** Sent messages that are read for one group; when there are more, WeChat decides. */
const MOST_SENT = 50_000;
/** When pushes received so many milliseconds ago may not be in the database yet, it is unknown who has written. */
const MOST_BEHIND = 3_000;

/** Whether people can be written to, as far as is known here: one query for many of them. */
export default class CustomWindowService extends Service {
  /**
   * About a person who never wrote to us nothing is known, nor about anybody while any process's spool may hold their
   * messages: then WeChat decides.
   * @return a verdict per recipient
   */
  async verdicts(recipients: Recipient[]): Promise<WindowVerdict[]> {
    // Asked first: the queries below find what enters the database after it.
    const { order, own } = await this.ctx.service.handling.horizon();
    if (nextOrder() - order > MOST_BEHIND * 1000) return recipients.map(() => 'open');
    const verdicts = new Map<string, Map<string, WindowVerdict>>();
    for (const appid of new Set(recipients.map(recipient => recipient.appid))) {
      const openids = [...new Set(recipients.filter(recipient => recipient.appid === appid).map(({ openid }) => openid))];
      verdicts.set(appid, await this.ofApp(appid, openids));
    }
    return recipients.map(({ appid, openid }) => (own.has(openid) ? 'open' : verdicts.get(appid)?.get(openid) ?? 'open'));
  }

  /**
   * How many messages people may get, and how many of them are sent or on their way, by openid; people without recent
   * actions are left out.
   */
  async standings(appid: string, openids: string[]): Promise<Map<string, { allowed: number; used: number }>> {
    const now = Date.now();
    const kind = this.app.wechatApps.find(appid)?.kind ?? 'miniprogram';
    const [interactions, sent, waiting] = await Promise.all([this.interactions(appid, openids, now), this.sent(appid, openids, now), this.waiting(appid, openids)]);
    return new Map([...interactions].map(([openid, did]) => {
      const { allowed, used } = standing(kind, did, sent?.get(openid) ?? [], now);
      return [openid, { allowed, used: used + (waiting.get(openid) ?? 0) }];
    }));
  }

  /** How many customer-service messages to each of them are still to be sent. */
  private async waiting(appid: string, openids: string[]): Promise<Map<string, number>> {
    const counted = await this.app.outboxCollection.aggregate([
      { $match: { lane: { $in: openids.map(openid => laneOf({ kind: 'custom', appid, openid })) }, state: { $in: ['ready', 'leased'] }, kind: 'custom' } },
      { $group: { _id: '$openid', n: { $sum: 1 } } },
    ]).toArray() as Array<{ _id: string; n: number }>;
    return new Map(counted.map(({ _id, n }) => [_id, n]));
  }

  private async ofApp(appid: string, openids: string[]): Promise<Map<string, WindowVerdict>> {
    const now = Date.now();
    const kind = this.app.wechatApps.find(appid)?.kind ?? 'miniprogram';
    const [interactions, sent] = await Promise.all([this.interactions(appid, openids, now), this.sent(appid, openids, now)]);
    const verdicts = new Map<string, WindowVerdict>();
    await inParallel(openids, 16, async openid => {
      const did = interactions.get(openid);
      if (did) verdicts.set(openid, sent ? customWindow(kind, did, sent.get(openid) ?? [], now) : 'open');
      else verdicts.set(openid, await this.ctx.model.Message.exists({ appid, openid, ...FROM_PERSON }) ? 45015 : 'open');
    });
    return verdicts;
  }

  /** The actions of these people that still count; people without any are left out. */
  private async interactions(appid: string, openids: string[], now: number): Promise<Map<string, Interactions>> {
    const { Message } = this.ctx.model;
    const person = { appid, openid: { $in: openids }, ...FROM_PERSON };
    const isMessage = { $ne: ['$type', 'event'] };
    const [messages, entries] = await Promise.all([
      Message.collection.aggregate<{ _id: string; messages: number; oldest: Date | null }>([
        { $match: { ...person, receivedAt: { $gte: new Date(now - MESSAGE_SECONDS * 1000) } } },
        { $group: { _id: '$openid', messages: { $sum: { $cond: [isMessage, 1, 0] } }, oldest: { $min: { $cond: [isMessage, '$receivedAt', null] } } } },
      ]).toArray(),
      Message.collection.find<Interaction & { openid: string }>(
        { ...person, receivedAt: { $gte: new Date(now - ENTRY_SECONDS * 1000) }, type: 'event' }, { projection: { openid: 1, type: 1, event: 1, receivedAt: 1 } },
      ).toArray(),
    ]);
    const interactions = new Map<string, Interactions>(messages.map(({ _id, ...counted }) => [_id, { ...counted, entries: [] }]));
    for (const entry of entries) interactions.get(entry.openid)?.entries.push(entry);
    return interactions;
  }

  /** When customer-service messages were sent to them; undefined when there are too many to read. */
  private async sent(appid: string, openids: string[], now: number): Promise<Map<string, Date[]> | undefined> {
    const since = now - MESSAGE_SECONDS * 1000;
    const rows = await this.app.outboxCollection.find({
      appid, openid: { $in: openids }, createdAt: { $gte: new Date(since - LONGEST_TRIES_MS) }, kind: 'custom', state: { $in: ['sent', 'unknown'] },
      sendStartedAt: { $gte: new Date(since) },
    }, { projection: { openid: 1, sendStartedAt: 1 }, limit: MOST_SENT }).toArray();
    if (rows.length === MOST_SENT) return undefined;
    const sent = new Map<string, Date[]>();
    for (const { openid, sendStartedAt } of rows) {
      if (!sendStartedAt) continue;
      const times = sent.get(openid);
      if (times) times.push(sendStartedAt);
      else sent.set(openid, [sendStartedAt]);
    }
    return sent;
  }
}
