/** A button of an official account's menu, as WeChat has it. */
export interface Button { name: string; type?: string; key?: string; url?: string; appid?: string; pagepath?: string; media_id?: string; article_id?: string; sub_button?: Button[] }

/** What each type needs beside the name. https://developers.weixin.qq.com/doc/offiaccount/Custom_Menus/Creating_Custom-Defined_Menu.html */
export const NEEDS: Record<string, ReadonlyArray<'key' | 'url' | 'appid' | 'pagepath' | 'media_id' | 'article_id'>> = {
  click: ['key'], view: ['url'], miniprogram: ['appid', 'pagepath', 'url'], scancode_push: ['key'], scancode_waitmsg: ['key'], pic_sysphoto: ['key'], pic_photo_or_album: ['key'], pic_weixin: ['key'], location_select: ['key'],
  media_id: ['media_id'], view_limited: ['media_id'], article_id: ['article_id'], article_view_limited: ['article_id'],
};
export const MOST_BUTTONS = 3;
export const MOST_SUB_BUTTONS = 5;
const NAME_BYTES = { top: 16, sub: 60 };
const encoder = new TextEncoder();

/** How many bytes of its name are too many. */
export function bytesOver(name: string, sub: boolean): number {
  return Math.max(0, encoder.encode(name).length - (sub ? NAME_BYTES.sub : NAME_BYTES.top));
}

/** The places of buttons that are not complete: `1`, `1.2`. */
export function incomplete(buttons: Button[]): string[] {
  const lacks = (button: Button, sub: boolean): boolean => button.name.trim() === '' || bytesOver(button.name, sub) > 0
    || (!button.sub_button?.length && (NEEDS[button.type ?? ''] ?? ['type' as never]).some(field => !(button[field] ?? '').trim()));
  return buttons.flatMap((button, index) => [...(lacks(button, false) ? [`${index + 1}`] : []), ...(button.sub_button ?? []).flatMap((each, inner) => (lacks(each, true) ? [`${index + 1}.${inner + 1}`] : []))]);
}

/** As WeChat takes it: a button with others under it has nothing but its name and them; no empty fields. */
export function cleaned(buttons: Button[]): Button[] {
  return buttons.map(button => {
    if (button.sub_button?.length) return { name: button.name.trim(), sub_button: cleaned(button.sub_button) };
    const fields = Object.fromEntries((NEEDS[button.type ?? ''] ?? []).map(field => [field, (button[field] ?? '').trim()]));
    return { type: button.type, name: button.name.trim(), ...fields };
  });
}
