import { Service } from 'egg';
import { createMenu, currentMenu, deleteMenu, type CurrentButton } from '../lib/wechat/endpoints/menu';
import { checkMenu, type Menu } from '../lib/wechat/menu';

/** The custom menu of official accounts. In developer mode it cannot be made in WeChat's own console. */
export default class MenuService extends Service {
  /**
   * The menu that users see now; no buttons when there is none.
   * @throws {AppError} NOT_FOUND, INVALID_ARGUMENT of the appid
   * @throws {WechatError}
   */
  show(appid?: string): Promise<{ button: CurrentButton[] }> {
    return this.ask(appid, token => currentMenu(this.app.wechatClient, token));
  }

  /**
   * Replaces the menu.
   * @return the menu as it was sent
   * @throws {AppError} NOT_FOUND, INVALID_ARGUMENT of the appid or the menu
   * @throws {WechatError}
   */
  async replace(menu: unknown, appid?: string): Promise<Menu> {
    const checked = checkMenu(menu);
    await this.ask(appid, token => createMenu(this.app.wechatClient, token, checked));
    return checked;
  }

  /**
   * Removes the menu.
   * @throws {AppError} NOT_FOUND, INVALID_ARGUMENT of the appid
   * @throws {WechatError}
   */
  remove(appid?: string): Promise<void> {
    return this.ask(appid, token => deleteMenu(this.app.wechatClient, token));
  }

  private async ask<T>(appid: string | undefined, call: (accessToken: string) => Promise<T>): Promise<T> {
    const wechatApp = this.app.wechatApps.require('official', appid);
    this.ctx.appid = wechatApp.appid;
    return this.app.accessTokens.with(wechatApp, call);
  }
}
