import { hash } from 'node:crypto';
import { Service } from 'egg';
import { AppError } from '../lib/errors';
import type { Revocation } from '../lib/wechat/revocation';
import type { PersonalPush } from '../lib/wechat/push/storedPush';
import type { MessageDocument } from '../model/message';
import type { OpenidDocument } from '../model/openid';
import type { Withdrawn } from './profile';

/** Removes data that people have withdrawn. */
export default class WithdrawalService extends Service {
  /** Removes the data that an event says was withdrawn, unless it was given again since. It may be called again. */
  async apply(message: PersonalPush<MessageDocument>, { revoked }: Revocation): Promise<void> {
    const { service } = this.ctx;
    const everything = revoked.includes('everything');
    const what: Withdrawn = {
      phone: everything || revoked.includes('phone'),
      profile: everything,
      nickname: revoked.includes('nickname'),
      avatar: revoked.includes('avatar'),
    };
    if (!Object.values(what).includes(true)) return;
    const userId = await this.withdraw(message, what);
    // The log does not name the push, whose id holds the openid.
    if (userId) await service.audit.record({ who: 'system', action: 'user.revoked', target: userId, detail: { revoked } }, `revoked:${hash('sha256', message._id)}`);
  }

  /** @return the person's id; undefined when no person here is meant */
  private async withdraw(message: PersonalPush<MessageDocument>, what: Withdrawn): Promise<string | undefined> {
    const { appid, openid, receivedAt, payload } = message;
    const { profile } = this.ctx.service;
    try {
      return await profile.withdraw({ appid, openid }, what, receivedAt);
    } catch (error) {
      if (!isUnknown(error)) throw error;
    }
    const unionid = payload.UnionID ?? payload.UnionId;
    if (typeof unionid !== 'string' || unionid === '') return undefined;
    const other = await this.ctx.model.Openid.findOne({ unionid }).lean<OpenidDocument>();
    if (!other) return undefined;
    return profile.withdraw(other, what, receivedAt).catch(error => {
      if (isUnknown(error)) return undefined;
      throw error;
    });
  }
}

function isUnknown(error: unknown): boolean {
  return error instanceof AppError && error.code === 'UNAUTHENTICATED';
}
