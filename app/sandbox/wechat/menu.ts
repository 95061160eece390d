import { isObject, text } from './endpoint';
import type { AppCall, Endpoint, JsonObject } from './endpoint';
import { OK, refuse } from './errors';

const URL_BYTES = 1_024;
const KEY_BYTES = 128;
const WITH_KEY = new Set([
  'click', 'scancode_push', 'scancode_waitmsg', 'pic_sysphoto', 'pic_photo_or_album', 'pic_weixin', 'location_select',
]);

/** A button's limits by level, and what WeChat answers when one is broken. */
const LEVELS = {
  top: { count: 3, nameBytes: 16, counts: 40016, type: 40017, name: 40018, key: 40019, url: 40020, domain: 40055 },
  sub: { count: 5, nameBytes: 60, counts: 40023, type: 40024, name: 40025, key: 40026, url: 40027, domain: 40054 },
};
type Level = typeof LEVELS.top;

/**
 * Replaces the menu. 40016 to 40020 and 40055 name what is wrong in a button, 40023 to 40027 and 40054 in a sub-button,
 * 40022 a third level, 40007 a media_id.
 * https://developers.weixin.qq.com/doc/offiaccount/Custom_Menus/Creating_Custom-Defined_Menu.html
 */
function create(call: AppCall): object {
  const buttons = checkButtons(call.body.button, LEVELS.top);
  for (const button of buttons) {
    if (button.sub_button === undefined || isEmptyList(button.sub_button)) {
      checkButton(call, button, LEVELS.top);
      continue;
    }
    checkName(button, LEVELS.top);
    for (const sub of checkButtons(button.sub_button, LEVELS.sub)) {
      if (sub.sub_button !== undefined && !isEmptyList(sub.sub_button)) refuse(40022);
      checkButton(call, sub, LEVELS.sub);
    }
  }
  call.world.menus.set(call.app.appid, buttons);
  return OK;
}

/** The menu as it was created. 46003 there is none. https://developers.weixin.qq.com/doc/offiaccount/Custom_Menus/Querying_Custom_Menus.html */
function get({ world, app }: AppCall): object {
  const button = world.menus.get(app.appid) ?? refuse(46003);
  return { menu: { button: button.map(item => ({ ...item, sub_button: item.sub_button ?? [] })) } };
}

/** The menu as the users see it. https://developers.weixin.qq.com/doc/offiaccount/Custom_Menus/Getting_Custom_Menu_Configurations.html */
function getCurrent({ world, app }: AppCall): object {
  const buttons = world.menus.get(app.appid);
  if (!buttons) return { is_menu_open: 0, selfmenu_info: { button: [] } };
  const button = buttons.map(({ sub_button, ...rest }) =>
    (sub_button === undefined || isEmptyList(sub_button) ? rest : { ...rest, sub_button: { list: sub_button } }));
  return { is_menu_open: 1, selfmenu_info: { button } };
}

/** Removes the menu. https://developers.weixin.qq.com/doc/offiaccount/Custom_Menus/Deleting_Custom-Defined_Menu.html */
function remove({ world, app }: AppCall): object {
  world.menus.delete(app.appid);
  return OK;
}

function checkButtons(value: unknown, level: Level): JsonObject[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > level.count) refuse(level.counts);
  return value.map(button => (isObject(button) ? button : refuse(level.type)));
}

function checkName({ name }: JsonObject, level: Level): void {
  const bytes = Buffer.byteLength(text(name));
  if (bytes === 0 || bytes > level.nameBytes) refuse(level.name);
}

function checkButton({ world, app }: AppCall, button: JsonObject, level: Level): void {
  checkName(button, level);
  const type = text(button.type);
  if (WITH_KEY.has(type)) {
    const bytes = Buffer.byteLength(text(button.key));
    if (bytes === 0 || bytes > KEY_BYTES) refuse(level.key);
  } else if (type === 'view' || type === 'miniprogram') {
    const url = text(button.url);
    if (url === '' || Buffer.byteLength(url) > URL_BYTES) refuse(level.url);
    if (!/^https?:\/\/[^/\s]+/.test(url)) refuse(level.domain);
    if (type === 'miniprogram' && text(button.appid) === '') refuse(40013);
    if (type === 'miniprogram' && text(button.pagepath) === '') refuse(41030);
  } else if (type === 'media_id' || type === 'view_limited') {
    if (!world.media.find(app.appid, text(button.media_id), world.now())) refuse(40007);
  } else if (type === 'article_id' || type === 'article_view_limited') {
    if (text(button.article_id) === '') refuse(level.key);
  } else {
    refuse(level.type);
  }
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

export const menuEndpoints: Endpoint[] = [
  { method: 'POST', path: '/cgi-bin/menu/create', auth: 'access_token', kind: 'official', body: 'json', handle: create },
  { method: 'GET', path: '/cgi-bin/menu/get', auth: 'access_token', kind: 'official', handle: get },
  { method: 'GET', path: '/cgi-bin/get_current_selfmenu_info', auth: 'access_token', kind: 'official', handle: getCurrent },
  { method: 'GET', path: '/cgi-bin/menu/delete', auth: 'access_token', kind: 'official', handle: remove },
];
