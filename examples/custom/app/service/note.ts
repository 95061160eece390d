import { randomUUID } from 'node:crypto';
import { Service } from 'egg';
import type { NoteDocument } from '../model/note';

/** Notes shown at most. */
const MOST = 100;
/** Days after which a note is forgotten. */
const KEPT_DAYS = 365;

interface Person {
  appid: string;
  openid: string;
}

export default class NoteService extends Service {
  /** @param id the same id, the same note: adding it twice is adding it once */
  async add({ appid, openid }: Person, text: string, id: string = randomUUID()): Promise<{ id: string }> {
    await this.ctx.model.Note.updateOne({ _id: id }, { $setOnInsert: { appid, openid, text, createdAt: new Date() } }, { upsert: true });
    return { id };
  }

  /** The latest notes of a person. */
  async list(openid: string): Promise<object[]> {
    const notes = await this.ctx.model.Note.find({ openid }).sort({ createdAt: -1 }).limit(MOST).lean<NoteDocument[]>();
    return notes.map(({ _id, text, createdAt }) => ({ id: _id, text, createdAt }));
  }

  /** @return whether there was one */
  async remove(openid: string, id: string): Promise<boolean> {
    const { deletedCount } = await this.ctx.model.Note.deleteOne({ _id: id, openid });
    return deletedCount === 1;
  }

  /** Removes what is too old. @return how many */
  async forget(): Promise<number> {
    const { deletedCount } = await this.ctx.model.Note.deleteMany({ createdAt: { $lt: new Date(Date.now() - KEPT_DAYS * 86_400_000) } });
    return deletedCount;
  }
}

declare module 'egg' {
  interface IService {
    note: NoteService;
  }
}
