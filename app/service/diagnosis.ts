import { Service } from 'egg';
import { diagnoseApp } from '../lib/diagnosis/app';
import { diagnoseWechatClock } from '../lib/diagnosis/clock';
import { diagnoseIm } from '../lib/diagnosis/im';
import { readPushFacts } from '../lib/diagnosis/push';
import { AppError } from '../lib/errors';
import { callRecord, type CallRecord } from '../lib/wechat/endpoints/diagnosis';
import { WechatError } from '../lib/wechat/error';
import type { Check } from '../lib/diagnosis/check';
import type { Message } from '../lib/language/message';

/** WeChat's errcodes for a rid that it does not explain. */
const NO_RECORD: Record<number, Message> = {
  76001: { key: 'ridUnknown' },
  76003: { key: 'ridOfOtherApp' },
  76004: { key: 'ridTooOld' },
};
const NO_RID = 76002;

/** Checks of apps, for which WeChat is asked. */
export default class DiagnosisService extends Service {
  /**
   * The checks of `npm run doctor` for one app: the default one, or the named one.
   * @throws {AppError} NOT_FOUND
   */
  async ofApp(appid?: string): Promise<Check[]> {
    const { database, environment, imApi, mongoose, wechatClient, wechatApps } = this.app;
    const wechatApp = wechatApps.any(appid);
    const { db } = mongoose.connection;
    const facts = database.up && db ? await readPushFacts(db, [wechatApp.appid]) : undefined;
    const found = await Promise.all([
      diagnoseApp(wechatApp, wechatClient, facts?.get(wechatApp.appid)),
      diagnoseWechatClock(wechatClient, environment.pushToleranceSeconds).then(check => [check]),
      environment.im ? diagnoseIm(environment.im, imApi) : [],
    ]);
    return found.flat();
  }

  /**
   * WeChat's record of one call, with all secrets in it.
   * @throws {AppError} NOT_FOUND of the app or the rid, INVALID_ARGUMENT
   * @throws {WechatError}
   */
  async ofCall(rid: string, appid?: string): Promise<CallRecord> {
    const { accessTokens, wechatApps, wechatClient } = this.app;
    try {
      return await accessTokens.with(wechatApps.any(appid), token => callRecord(wechatClient, token, rid));
    } catch (error) {
      const errcode = error instanceof WechatError ? error.errcode ?? 0 : 0;
      if (errcode in NO_RECORD) throw new AppError('NOT_FOUND', NO_RECORD[errcode]);
      if (errcode === NO_RID) throw new AppError('INVALID_ARGUMENT', { key: 'noRid' });
      throw error;
    }
  }
}
