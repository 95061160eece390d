import { Service } from 'egg';
import { typing } from '../lib/wechat/endpoints/customMessage';
import type { WechatApp } from '../lib/wechat/apps';

/** What an agent does beside writing. */
export default class CustomerServiceService extends Service {
  /**
   * Shows or hides "typing…".
   * @throws {WechatError} 45080 nobody wrote in the last 30 s, 45081 already typing
   */
  async typing(wechatApp: WechatApp, openid: string, on: boolean): Promise<void> {
    await this.app.accessTokens.with(wechatApp, token => typing(this.app.wechatClient, token, openid, on));
  }
}
