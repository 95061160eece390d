import { Readable } from 'node:stream';
import { openidKey } from '../lib/wechat/openidKey';
import { Service } from 'egg';
import type { mongo } from 'mongoose';
import { AppError } from '../lib/errors';
import type { Person } from '../lib/erasure/document';
import { gather } from '../lib/erasure/gather';
import { TREATMENTS, type Treatment } from '../lib/erasure/treatments';
import { jsonText, type Member } from '../lib/export/jsonText';
import type { CollectionName } from '../lib/mongo/collections';
import type { PhoneNumber } from '../lib/wechat/endpoints/phone';
import { presentCopied } from '../presenter/personCopy';

/** Documents that are in memory at once. */
const BATCH = 200;

/** Copies of all data of a person, as one JSON text that is read from the database as fast as it is taken. */
export default class PersonCopyService extends Service {
  /**
   * @return the envelope, with a list of documents for each collection
   * @throws {AppError} UNAUTHENTICATED when the person has been erased, RATE_LIMITED when too many are made at once
   */
  async ofLogin({ appid, openid }: { appid: string; openid: string }): Promise<Readable> {
    return this.ofUser(await this.ctx.service.joining.settled(openidKey(appid, openid)));
  }

  /** @throws {AppError} NOT_FOUND, RATE_LIMITED */
  async ofUser(userId: string): Promise<Readable> {
    const { app, ctx } = this;
    const user = await ctx.service.people.user(userId);
    const { db } = app.mongoose.connection;
    if (!db) throw new AppError('UNAVAILABLE');
    const person = await gather(db, { userIds: [user._id], accounts: [], unionids: [], imUserIds: [] });
    const phone = ctx.service.people.readPhone(user);
    const giveBack = app.copies.take();
    if (!giveBack) throw new AppError('RATE_LIMITED', { key: 'tooManyCopies' });
    const data: Member[] = [['userId', user._id], ['exportedAt', new Date()]];
    for (const name of Object.keys(TREATMENTS) as CollectionName[]) {
      const treatment: Treatment = TREATMENTS[name];
      if (treatment.own && !treatment.unexported) data.push([name, documents(db, name, person, phone)]);
    }
    const stream = Readable.from(enveloped(jsonText(data), ctx.requestId), { objectMode: false, highWaterMark: 65_536 });
    return stream.once('close', giveBack);
  }
}

async function* enveloped(data: AsyncIterable<string>, requestId: string): AsyncGenerator<string, void> {
  yield '{"code":1,"data":';
  yield* data;
  yield `,"message":"ok","requestId":${JSON.stringify(requestId)}}\n`;
}

/**
 * Leaves out what an earlier filter has found, where two may find the same; the large collections have filters that do
 * not overlap.
 */
async function* documents(db: mongo.Db, name: CollectionName, person: Person, phone: PhoneNumber | null): AsyncGenerator<object, void> {
  const { own, order }: Treatment = TREATMENTS[name];
  const seen = new Set<unknown>();
  for (const filter of own?.(person) ?? []) {
    for await (const document of db.collection(name).find(filter, { batchSize: BATCH, ...(order ? { sort: order } : {}) })) {
      if (seen.has(document._id)) continue;
      if (!order) seen.add(document._id);
      yield presentCopied(name, document, phone);
    }
  }
}
