import { WechatError } from '../error';
import type { WechatClient } from '../client';
import type { Menu } from '../menu';

/**
 * A button as WeChat returns it: a menu made in WeChat's own console has types and fields that menu/create does not
 * take.
 */
export interface CurrentButton {
  [field: string]: unknown;
  sub_button?: CurrentButton[];
}

/**
 * Replaces the custom menu; users see it within 5 minutes, or when they follow anew.
 * @throws {WechatError} 40016 to 40020, 40054, 40055 a button, 40022 to 40027 a sub-button, 40007 a media_id, 48001 no
 *   permission; 45011 and -1 later
 * @see https://developers.weixin.qq.com/doc/offiaccount/Custom_Menus/Creating_Custom-Defined_Menu.html
 */
export async function createMenu(client: WechatClient, accessToken: string, menu: Menu): Promise<void> {
  await client.post('/cgi-bin/menu/create', { query: { access_token: accessToken }, json: menu });
}

/**
 * The menu that users see now, whoever made it, in the shape that menu/create takes: `sub_button` and `news_info` are
 * arrays, not `{list}`. Buttons made in WeChat's console keep their types (text, img, news, video, voice), for which
 * menu/create has none.
 * @return no buttons when there is no menu, or when it is switched off
 * @throws {WechatError} 45011 and -1 later
 * @see https://developers.weixin.qq.com/doc/offiaccount/Custom_Menus/Querying_Custom_Menus.html
 */
export async function currentMenu(client: WechatClient, accessToken: string): Promise<{ button: CurrentButton[] }> {
  const path = '/cgi-bin/get_current_selfmenu_info';
  const { is_menu_open, selfmenu_info } = await client.get(path, { access_token: accessToken });
  if (is_menu_open === undefined) throw new WechatError({ path, errmsg: 'the answer holds no menu', retryable: true, delivery: 'answered' });
  if (Number(is_menu_open) !== 1) return { button: [] };
  return { button: readList((selfmenu_info as { button?: unknown } | undefined)?.button).map(readButton) };
}

/**
 * Removes the custom menu, the conditional ones included.
 * @throws {WechatError} 45011 and -1 later
 * @see https://developers.weixin.qq.com/doc/offiaccount/Custom_Menus/Deleting_Custom-Defined_Menu.html
 */
export async function deleteMenu(client: WechatClient, accessToken: string): Promise<void> {
  await client.get('/cgi-bin/menu/delete', { access_token: accessToken });
}

function readButton({ sub_button, ...button }: Record<string, unknown>): CurrentButton {
  const subButtons = readList(sub_button).map(readButton);
  return { ...readNews(button), ...(subButtons.length > 0 ? { sub_button: subButtons } : {}) };
}

function readNews({ news_info, ...button }: Record<string, unknown>): CurrentButton {
  return news_info === undefined ? button : { ...button, news_info: readList(news_info) };
}

/** The records of an array, or of an object that holds one as `list`. */
function readList(value: unknown): Record<string, unknown>[] {
  const list = Array.isArray(value) ? value : (value as { list?: unknown } | null | undefined)?.list;
  return Array.isArray(list) ? list.filter(item => typeof item === 'object' && item !== null && !Array.isArray(item)) : [];
}
