import { Service } from 'egg';
import { timePage, type TimeStore } from '../../lib/mongo/timePage';
import type { SceneDocument } from '../../model/scene';

/** Codes made here, for the console. */
export default class ConsoleSceneService extends Service {
  /** Lists codes, the newest first. @throws {AppError} NOT_FOUND of the app; INVALID_ARGUMENT of the cursor */
  async list({ appid, limit, cursor }: { appid?: string; limit: number; cursor?: string }): Promise<{ items: SceneDocument[]; next: string | null }> {
    const wechatApp = this.app.wechatApps.require('miniprogram', appid);
    const store = this.ctx.model.Scene.collection as unknown as TimeStore<SceneDocument>;
    return timePage(store, { filters: [{ appid: wechatApp.appid }], field: 'createdAt', limit, cursor });
  }
}
