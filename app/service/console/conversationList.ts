import { Service } from 'egg';
import { z } from 'zod';
import { decodeCursor, encodeCursor } from '../../lib/http/cursor';
import { timePage, type TimeStore } from '../../lib/mongo/timePage';
import type { ConversationDocument } from '../../model/conversation';
import type { Shown } from './conversation';

export interface ConversationQuery {
  filter: 'open' | 'unread' | 'mine' | 'closed';
  appid?: string;
  q?: string;
  limit: number;
  cursor?: string;
}

interface Page {
  items: ConversationDocument[];
  next: string | null;
}

/** Apps whose conversations one query brings into one order. */
const MERGED = 100;
const placeSchema = z.tuple([z.number().int().min(-8.64e15).max(8.64e15), z.string().max(256)]);

/** Conversations, found for those who answer them. */
export default class ConversationListService extends Service {
  /** The last said first. @throws {AppError} INVALID_ARGUMENT of the cursor */
  async list(query: ConversationQuery): Promise<{ items: Shown[]; next: string | null }> {
    const { items, next } = query.q === undefined ? await this.page(query) : await this.search(query.q, query);
    return { items: await this.ctx.service.console.conversation.show(items), next };
  }

  private page({ filter, appid, limit, cursor }: ConversationQuery): Promise<Page> {
    const store = this.ctx.model.Conversation.collection as unknown as TimeStore<ConversationDocument>;
    const filters = { open: { state: 'open' }, closed: { state: 'closed' }, mine: { assignee: this.ctx.admin.name, state: 'open' }, unread: { unread: { $gt: 0 } } };
    const parts = filter === 'mine' && appid === undefined ? [{}] : this.parts(appid);
    return timePage(store, { filters: parts.map(part => ({ ...part, ...filters[filter] })), field: 'lastAt', limit, cursor });
  }

  /** The indexes begin with the app: of all apps, as many at a time as a database merges. */
  private parts(appid?: string): object[] {
    if (appid !== undefined) return [{ appid }];
    const appids = this.app.wechatApps.all().map(wechatApp => wechatApp.appid);
    return Array.from({ length: Math.ceil(appids.length / MERGED) }, (_, part) => ({ appid: { $in: appids.slice(part * MERGED, (part + 1) * MERGED) } }));
  }

  /** Of whoever is found, which is bounded. */
  private async search(q: string, { filter, appid, limit, cursor }: ConversationQuery): Promise<Page> {
    const after = decodeCursor(cursor, placeSchema);
    const ids = await this.ctx.service.console.people.accountIds(q);
    const found = await this.ctx.model.Conversation.find({ _id: { $in: ids } }).lean<ConversationDocument[]>();
    const fits = {
      open: ({ state }) => state === 'open', closed: ({ state }) => state === 'closed', unread: ({ unread }) => unread > 0,
      mine: ({ state, assignee }) => state === 'open' && assignee === this.ctx.admin.name,
    } satisfies Record<ConversationQuery['filter'], (one: ConversationDocument) => boolean>;
    const rest = found.filter(one => fits[filter](one) && (appid === undefined || one.appid === appid) && (!after || inOrder(after, placeOf(one)) < 0))
      .sort((a, b) => inOrder(placeOf(a), placeOf(b)));
    const items = rest.slice(0, limit);
    return { items, next: rest.length > limit ? encodeCursor(placeOf(items[limit - 1])) : null };
  }
}

type Place = z.output<typeof placeSchema>;

function placeOf({ lastAt, _id }: ConversationDocument): Place {
  return [lastAt.getTime(), _id];
}

/** The last said first; of one millisecond by their ids. */
function inOrder([at, id]: Place, [otherAt, otherId]: Place): number {
  if (at !== otherAt) return otherAt - at;
  return id < otherId ? -1 : Number(id > otherId);
}
