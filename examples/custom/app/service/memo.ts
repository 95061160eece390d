import { randomUUID } from 'node:crypto';
import { Service } from 'egg';
import type { MemoDocument } from '../model/memo';

/** Most memos that are shown. */
const MOST = 100;
/** Days after which a memo is forgotten. */
const KEPT_DAYS = 365;

interface Person {
  appid: string;
  openid: string;
}

export default class MemoService extends Service {
  /** @param id the same id means the same memo: adding it twice has the effect of adding it once */
  async add({ appid, openid }: Person, text: string, id: string = randomUUID()): Promise<{ id: string }> {
    await this.ctx.model.Memo.updateOne({ _id: id }, { $setOnInsert: { appid, openid, text, createdAt: new Date() } }, { upsert: true });
    return { id };
  }

  /** The latest memos of a person. */
  async list(openid: string): Promise<object[]> {
    const memos = await this.ctx.model.Memo.find({ openid }).sort({ createdAt: -1 }).limit(MOST).lean<MemoDocument[]>();
    return memos.map(({ _id, text, createdAt }) => ({ id: _id, text, createdAt }));
  }

  /** @return whether there was one */
  async remove(openid: string, id: string): Promise<boolean> {
    const { deletedCount } = await this.ctx.model.Memo.deleteOne({ _id: id, openid });
    return deletedCount === 1;
  }

  /** Removes old memos. @return how many */
  async forget(): Promise<number> {
    const { deletedCount } = await this.ctx.model.Memo.deleteMany({ createdAt: { $lt: new Date(Date.now() - KEPT_DAYS * 86_400_000) } });
    return deletedCount;
  }
}

declare module 'egg' {
  interface IService {
    memo: MemoService;
  }
}
