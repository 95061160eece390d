import { AppError } from '../errors';

/** A button that has been checked, in WeChat's own words. */
export interface MenuButton {
  type?: string;
  name: string;
  key?: string;
  url?: string;
  appid?: string;
  pagepath?: string;
  media_id?: string;
  article_id?: string;
  sub_button?: MenuButton[];
}

export interface Menu {
  button: MenuButton[];
}

type Field = 'key' | 'url' | 'appid' | 'pagepath' | 'media_id' | 'article_id';

/** What each type needs; other fields are left out. */
const TYPES: Record<string, Field[]> = {
  click: ['key'],
  view: ['url'],
  miniprogram: ['url', 'appid', 'pagepath'],
  scancode_push: ['key'],
  scancode_waitmsg: ['key'],
  pic_sysphoto: ['key'],
  pic_photo_or_album: ['key'],
  pic_weixin: ['key'],
  location_select: ['key'],
  media_id: ['media_id'],
  view_limited: ['media_id'],
  article_id: ['article_id'],
  article_view_limited: ['article_id'],
};

const FIELD_BYTES: Record<Field, number> = { key: 128, url: 1_024, appid: 64, pagepath: 1_024, media_id: 256, article_id: 256 };
const BUTTONS = { count: 3, nameBytes: 16 };
const SUB_BUTTONS = { count: 5, nameBytes: 60 };

/**
 * Checks a custom menu as WeChat would, so that a mistake is named before the menu is replaced.
 * @param menu `{button: […]}` of anybody
 * @return the menu with the fields that WeChat knows
 * @throws {AppError} INVALID_ARGUMENT that names the button, as `2` or `2.3`
 * @see https://developers.weixin.qq.com/doc/offiaccount/Custom_Menus/Creating_Custom-Defined_Menu.html
 */
export function checkMenu(menu: unknown): Menu {
  const buttons = isObject(menu) ? menu.button : undefined;
  if (!Array.isArray(buttons)) throw new AppError('INVALID_ARGUMENT', 'The menu must be an object with an array named button.');
  if (buttons.length < 1 || buttons.length > BUTTONS.count) {
    throw new AppError('INVALID_ARGUMENT', `The menu must have 1 to ${BUTTONS.count} buttons, not ${buttons.length}.`);
  }
  return { button: buttons.map((button, index) => checkTopButton(`Button ${index + 1}`, button)) };
}

function checkTopButton(label: string, button: unknown): MenuButton {
  if (!isObject(button)) refuse(label, 'must be an object');
  const { sub_button } = button;
  // WeChat itself writes an empty sub_button for a button that has none.
  if (sub_button === undefined || isEmptyArray(sub_button)) return checkButton(label, button, BUTTONS.nameBytes);
  if (!Array.isArray(sub_button) || sub_button.length > SUB_BUTTONS.count) refuse(label, `sub_button must be an array of 1 to ${SUB_BUTTONS.count} buttons`);
  return {
    name: checkText(label, button, 'name', BUTTONS.nameBytes),
    sub_button: sub_button.map((sub, index) => {
      const subLabel = `${label}.${index + 1}`;
      if (!isObject(sub)) return refuse(subLabel, 'must be an object');
      if (sub.sub_button !== undefined && !isEmptyArray(sub.sub_button)) refuse(subLabel, 'sub_button is not allowed here: a menu has two levels');
      return checkButton(subLabel, sub, SUB_BUTTONS.nameBytes);
    }),
  };
}

function checkButton(label: string, button: Record<string, unknown>, nameBytes: number): MenuButton {
  const name = checkText(label, button, 'name', nameBytes);
  const { type } = button;
  if (typeof type !== 'string' || !Object.hasOwn(TYPES, type)) refuse(label, `type must be one of ${Object.keys(TYPES).join(', ')}`);
  const checked: MenuButton = { type, name };
  for (const field of TYPES[type]) {
    checked[field] = checkText(label, button, field, FIELD_BYTES[field], `: a button of type ${type} needs it`);
  }
  if (checked.url !== undefined && !/^https?:\/\/[^/\s]\S*$/.test(checked.url)) refuse(label, 'url must begin with http:// or https:// and hold no spaces');
  if (checked.appid !== undefined && !/^[A-Za-z0-9_-]+$/.test(checked.appid)) refuse(label, 'appid must be letters, digits, _ or -');
  return checked;
}

function checkText(label: string, button: Record<string, unknown>, field: string, longest: number, why = ''): string {
  const value = button[field];
  if (typeof value !== 'string' || value.trim() === '') return refuse(label, `${field} must be a text that is not empty${why}`);
  const bytes = Buffer.byteLength(value);
  if (bytes > longest) refuse(label, `${field} is ${bytes} bytes long; at most ${longest} are allowed (a Chinese character takes 3)`);
  return value;
}

function refuse(label: string, problem: string): never {
  throw new AppError('INVALID_ARGUMENT', `${label}: ${problem}.`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEmptyArray(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
