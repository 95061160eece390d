import { randomInt } from 'node:crypto';
import type { WechatAnswer, WechatClient } from '../wechat/client';
import { WechatError } from '../wechat/error';
import type { Pace } from '../async/pace';
import { ImError } from './error';
import { userSig } from './userSig';

export type ImStatus = 'Online' | 'PushOnline' | 'Offline';

export interface ImClientOptions {
  /** Client whose base is that of the IM REST API. */
  client: WechatClient;
  sdkAppId: number;
  secretKey: string;
  /** An administrator of the IM application. */
  admin: string;
  /** Keeps queries of online states below IM's limit of 200 a second; without it they are not delayed. */
  pace?: Pace;
}

/** Most accounts in one call of queryOnlineStatus. */
export const ONLINE_STATUS_BATCH = 500;

const SIG_SECONDS = 86_400;
const RENEW_AHEAD = 3_600_000;
const ACCOUNT_UNKNOWN = 70107;

/** The IM REST API, called in the name of the application's administrator. */
export class ImClient {
  private sig?: { text: string; renewAt: number };

  constructor(private readonly options: ImClientOptions) {}

  /**
   * Tells who of any number of people is online, in batches.
   * @return as `queryOnlineStatus`
   * @throws as `queryOnlineStatus`
   */
  async onlineStatuses(userIds: readonly string[]): Promise<Map<string, ImStatus>> {
    const statuses = new Map<string, ImStatus>();
    for (let at = 0; at < userIds.length; at += ONLINE_STATUS_BATCH) {
      const batch = await this.queryOnlineStatus(userIds.slice(at, at + ONLINE_STATUS_BATCH));
      for (const [userId, status] of batch) statuses.set(userId, status);
    }
    return statuses;
  }

  /**
   * Tells who is online. An account that IM does not know is Offline; one that IM's answer leaves out is left out here
   * too.
   * @throws {RangeError} for more than 500
   * @throws {ImError} when IM refuses; {WechatError} when it cannot be reached
   * @see https://trtc.io/document/35477
   */
  async queryOnlineStatus(userIds: readonly string[]): Promise<Map<string, ImStatus>> {
    if (userIds.length > ONLINE_STATUS_BATCH) throw new RangeError(`at most ${ONLINE_STATUS_BATCH} accounts at once`);
    if (userIds.length === 0) return new Map();
    await this.options.pace?.turn();
    const path = '/v4/openim/query_online_status';
    const answer = await this.call(path, { IsNeedDetail: 0, To_Account: [...new Set(userIds)] });
    const statuses = new Map<string, ImStatus>();
    for (const { To_Account, ErrorCode } of records(answer.ErrorList)) {
      if (typeof To_Account === 'string' && Number(ErrorCode) === ACCOUNT_UNKNOWN) statuses.set(To_Account, 'Offline');
    }
    for (const { To_Account, Status, State } of records(answer.QueryResult)) {
      const status = Status ?? State;
      if (typeof To_Account === 'string' && isStatus(status)) statuses.set(To_Account, status);
    }
    return statuses;
  }

  /** Makes a call; once more with a new UserSig when the first one was refused. */
  private async call(path: string, body: object): Promise<WechatAnswer> {
    const sig = this.userSig();
    try {
      return await this.post(path, sig, body);
    } catch (error) {
      if (!(error instanceof ImError) || !error.userSigRefused) throw error;
      if (this.sig?.text === sig) this.sig = undefined;
      return this.post(path, this.userSig(), body);
    }
  }

  private async post(path: string, usersig: string, json: object): Promise<WechatAnswer> {
    const { client, sdkAppId, admin } = this.options;
    const answer = await client.post(path, {
      query: { sdkappid: sdkAppId, identifier: admin, usersig, random: randomInt(2 ** 32), contenttype: 'json' }, json,
    });
    const { ActionStatus, ErrorCode, ErrorInfo } = answer;
    if (ActionStatus === 'OK' && Number(ErrorCode ?? 0) === 0) return answer;
    if (ErrorCode === undefined) throw new WechatError({ path, errmsg: 'the answer is not one of IM', retryable: true, delivery: 'answered' });
    throw new ImError(path, Number(ErrorCode), typeof ErrorInfo === 'string' ? ErrorInfo.slice(0, 300) : '');
  }

  private userSig(): string {
    if (!this.sig || this.sig.renewAt <= Date.now()) {
      const { sdkAppId, secretKey, admin } = this.options;
      this.sig = {
        text: userSig({ sdkAppId, secretKey, userId: admin, expireSeconds: SIG_SECONDS }),
        renewAt: Date.now() + SIG_SECONDS * 1000 - RENEW_AHEAD,
      };
    }
    return this.sig.text;
  }
}

function records(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(item => typeof item === 'object' && item !== null) : [];
}

function isStatus(value: unknown): value is ImStatus {
  return value === 'Online' || value === 'PushOnline' || value === 'Offline';
}
