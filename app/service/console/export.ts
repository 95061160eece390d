import type { Readable } from 'node:stream';
import { Service } from 'egg';
import { csvLine } from '../../lib/csv/line';
import { csvStream } from '../../lib/csv/pages';
import { summaryOf } from '../../lib/outbox/summary';
import type { OutboxDocument } from '../../lib/outbox/document';
import type { MessageDocument } from '../../model/message';
import type { UserDocument } from '../../model/user';

export type ExportName = 'users' | 'messages' | 'outbox';

/** The parts of a model by which a collection is read page by page. */
interface Readings<T> {
  find(filter: object, projection?: object): { sort(sort: object): { limit(most: number): { lean<R>(): Promise<R> } } };
  documents?: T;
}

/** Whole collections as CSV files, streamed: memory holds one page. */
export default class ExportService extends Service {
  /** Writes to the audit log that a copy is taken, and begins it. */
  async open(name: ExportName): Promise<Readable> {
    await this.ctx.service.audit.record({ who: this.ctx.admin.name, action: 'export.csv', target: name });
    return this[name]();
  }

  private users(): Readable {
    const header = csvLine(['userId', 'unionid', 'nickName', 'phoneLast4', 'accounts', 'createdAt', 'lastSeenAt']);
    return csvStream<UserDocument>(header, pagesOf(this.ctx.model.User as never), async users => {
      const accounts = await this.accounts(users.map(({ _id }) => _id));
      return users.map(({ _id, unionid, profile, phone, createdAt, lastSeenAt }) => csvLine([
        _id, unionid, profile?.nickName, phone?.last4, accounts.get(_id)?.join(' '), createdAt, lastSeenAt,
      ])).join('');
    });
  }

  private messages(): Readable {
    const header = csvLine(['id', 'appid', 'openid', 'type', 'event', 'content', 'createTime', 'receivedAt', 'state', 'duplicates']);
    const read = pagesOf<MessageDocument>(this.ctx.model.Message as never, { payload: 0, effects: 0 });
    return csvStream(header, read, messages => messages.map(message => csvLine([
      message._id, message.appid, message.openid, message.type, message.event, message.content, message.createTime, message.receivedAt, message.state, message.duplicates,
    ])).join(''));
  }

  private outbox(): Readable {
    const header = csvLine(['id', 'kind', 'appid', 'openid', 'state', 'summary', 'attempts', 'errcode', 'error', 'cause', 'createdAt', 'sentAt']);
    const read = pagesOf<OutboxDocument>(this.ctx.model.Outbox as never, { fallback: 0 });
    return csvStream(header, read, rows => rows.map(row => csvLine([
      row._id, row.kind, row.appid, row.openid, row.state, summaryOf(row.message), row.attempts, row.lastError?.errcode, row.lastError?.message, row.cause, row.createdAt, row.sentAt,
    ])).join(''));
  }

  /** `appid:openid` of the people's accounts, by userId. */
  private async accounts(userIds: string[]): Promise<Map<string, string[]>> {
    const found = await this.ctx.model.Openid.find({ userId: { $in: userIds } }, { userId: 1 }).lean<Array<{ _id: string; userId: string }>>();
    const accounts = new Map<string, string[]>();
    for (const { _id, userId } of found) accounts.set(userId, [...accounts.get(userId) ?? [], _id]);
    return accounts;
  }
}

function pagesOf<T>(model: Readings<T>, projection?: object): (after: unknown, most: number) => Promise<T[]> {
  return (after, most) => model.find(after === undefined ? {} : { _id: { $gt: after } }, projection).sort({ _id: 1 }).limit(most).lean<T[]>();
}
