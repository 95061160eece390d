import { Service } from 'egg';
import { isDuplicateKey } from '../../lib/mongo/errors';
import { retryUpsert } from '../../lib/mongo/retryUpsert';
import type { ImStateChange } from '../../lib/im/callback';
import type { NoticeFields } from '../../lib/im/noticeData';
import type { ImAccountDocument } from '../../model/imAccount';

/** The WeChat user of an IM user, and the template for notices to them. */
export interface ImMapping {
  appid: string;
  openid: string;
  templateId?: string;
  fields?: NoticeFields;
}

/** IM users. */
export default class ImAccountService extends Service {
  /** Maps an IM user to a WeChat user, in place of what was mapped before. @throws {AppError} NOT_FOUND when they have been erased */
  async map(userId: string, { appid, openid, templateId, fields }: ImMapping): Promise<ImAccountDocument> {
    await this.ctx.service.erasure.requirePresent({ appid, openid });
    const update = {
      $set: { appid, openid, ...(templateId === undefined ? {} : { templateId }), ...(fields === undefined ? {} : { fields }) },
      $unset: { ...(templateId === undefined ? { templateId: '' } : {}), ...(fields === undefined ? { fields: '' } : {}) },
    };
    const { ImAccount } = this.ctx.model;
    return await retryUpsert(options => ImAccount.findOneAndUpdate({ _id: userId }, update, { ...options, new: true }).lean<ImAccountDocument>()) as ImAccountDocument;
  }

  /**
   * The IM user id of a logged-in person: the one mapped to them, else a new one of their own, which is mapped from now
   * on. It stays the same when the person is joined with another user.
   */
  async ofCaller({ appid, openid }: { appid: string; openid: string }): Promise<string> {
    const { ImAccount } = this.ctx.model;
    const mapped = await ImAccount.findOne({ appid, openid }).sort({ _id: 1 }).lean<ImAccountDocument>();
    if (mapped) return mapped._id;
    const { userId } = await this.ctx.service.user.of({ appid, openid });
    const _id = `u_${userId}`;
    try {
      await ImAccount.updateOne({ _id, openid: { $exists: false } }, { $set: { appid, openid } }, { upsert: true });
    } catch (error) {
      // Mapped already: by another worker just now, or to the same person in another app.
      if (!isDuplicateKey(error)) throw error;
    }
    return _id;
  }

  /**
   * Notes that a person came online or left, unless something newer is known. A person who came online has seen the
   * waiting messages. It may be called again, and in any order.
   */
  async changeState({ userId, state, at }: ImStateChange): Promise<void> {
    const { ImAccount } = this.ctx.model;
    const stateAt = new Date(at);
    const older = { _id: userId, stateAt: { $not: { $gte: stateAt } } };
    await retryUpsert(options => ImAccount.updateOne(older, { $set: { state, stateAt } }, options));
    if (state === 'Online') await this.ctx.service.im.notice.cancel(userId, stateAt);
  }
}
