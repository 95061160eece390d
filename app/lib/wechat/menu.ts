import { AppError } from '../errors';
import type { Message } from '../language/message';

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

/** The fields that each type needs; others are removed. */
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
 * @param menu `{button: […]}`, unchecked
 * @return the menu with the fields that WeChat knows
 * @throws {AppError} INVALID_ARGUMENT that names the button, as `2` or `2.3`
 * @see https://developers.weixin.qq.com/doc/offiaccount/Custom_Menus/Creating_Custom-Defined_Menu.html
 */
export function checkMenu(menu: unknown): Menu {
  const buttons = isObject(menu) ? menu.button : undefined;
  if (!Array.isArray(buttons)) throw new AppError('INVALID_ARGUMENT', { key: 'menuNoArray' });
  if (buttons.length < 1 || buttons.length > BUTTONS.count) {
    throw new AppError('INVALID_ARGUMENT', { key: 'menuButtonCount', params: { most: BUTTONS.count, count: buttons.length } });
  }
  return { button: buttons.map((button, index) => checkTopButton(String(index + 1), button)) };
}

function checkTopButton(place: string, button: unknown): MenuButton {
  if (!isObject(button)) refuse(place, { key: 'mustBeObject' });
  const { sub_button } = button;
  // WeChat itself writes an empty sub_button for a button that has none.
  if (sub_button === undefined || isEmptyArray(sub_button)) return checkButton(place, button, BUTTONS.nameBytes);
  if (!Array.isArray(sub_button) || sub_button.length > SUB_BUTTONS.count) refuse(place, { key: 'subButtonCount', params: { most: SUB_BUTTONS.count } });
  return {
    name: checkText(place, button, 'name', BUTTONS.nameBytes),
    sub_button: sub_button.map((sub, index) => {
      const subPlace = `${place}.${index + 1}`;
      if (!isObject(sub)) return refuse(subPlace, { key: 'mustBeObject' });
      if (sub.sub_button !== undefined && !isEmptyArray(sub.sub_button)) refuse(subPlace, { key: 'subButtonTooDeep' });
      return checkButton(subPlace, sub, SUB_BUTTONS.nameBytes);
    }),
  };
}

function checkButton(place: string, button: Record<string, unknown>, nameBytes: number): MenuButton {
  const name = checkText(place, button, 'name', nameBytes);
  const { type } = button;
  if (typeof type !== 'string' || !Object.hasOwn(TYPES, type)) refuse(place, { key: 'buttonType', params: { types: Object.keys(TYPES).join(', ') } });
  const checked: MenuButton = { type, name };
  for (const field of TYPES[type]) {
    checked[field] = checkText(place, button, field, FIELD_BYTES[field], type);
  }
  if (checked.url !== undefined && !/^https?:\/\/[^/\s]\S*$/.test(checked.url)) refuse(place, { key: 'buttonUrl' });
  if (checked.appid !== undefined && !/^[A-Za-z0-9_-]+$/.test(checked.appid)) refuse(place, { key: 'buttonAppid' });
  return checked;
}

/** @param type of the button, where the field is needed because of it */
function checkText(place: string, button: Record<string, unknown>, field: string, longest: number, type?: string): string {
  const value = button[field];
  if (typeof value !== 'string' || value.trim() === '') {
    return refuse(place, type === undefined ? { key: 'mustBeText', params: { field } } : { key: 'neededByType', params: { field, type } });
  }
  const bytes = Buffer.byteLength(value);
  if (bytes > longest) refuse(place, { key: 'tooManyBytes', params: { field, bytes, most: longest } });
  return value;
}

/** @param place of the button: `2` or `2.3` */
function refuse(place: string, problem: Message): never {
  throw new AppError('INVALID_ARGUMENT', { key: 'menuButton', params: { place, problem } });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEmptyArray(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
