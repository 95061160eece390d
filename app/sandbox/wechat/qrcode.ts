import type { MadeQrcode } from '../qrcodeStore';
import { drawJpeg, drawPng } from '../image';
import { isObject, RawAnswer, text } from './endpoint';
import type { AppCall, Endpoint } from './endpoint';
import { refuse } from './errors';

const SCENE = /^[A-Za-z0-9!#$&'()*+,/:;=?@\-._~]+$/;
/** A page of a mini-program: no slash in front, no parameters. */
const PAGE = /^[^/\s?#][^\s?#]*$/;
const VERSIONS = ['release', 'trial', 'develop'];

/**
 * A mini-program code: a JPEG, or with is_hyaline a PNG. 40169 no scene or more than 32 characters, 40129 a character of
 * it, 41030 page, 40097 another argument, 85096 scancode_time, 45009 more than 5,000 a minute.
 * https://developers.weixin.qq.com/miniprogram/dev/server/API/qrcode-link/qr-code/api_getunlimitedqrcode.html
 */
function getUnlimited({ world, app, body }: AppCall): object {
  const { scene, page, width = 430, env_version = 'release', check_path = true, is_hyaline = false, auto_color = false, line_color } = body;
  if (typeof scene !== 'string' || scene === '' || [...scene].length > 32) refuse(40169);
  if (!SCENE.test(scene)) refuse(40129);
  if (/(^|[&?])scancode_time=/.test(scene)) refuse(85096);
  if (!VERSIONS.includes(text(env_version))) refuse(40097, 'env_version');
  if (typeof width !== 'number' || width < 280 || width > 1280) refuse(40097, 'width');
  for (const [name, value] of Object.entries({ check_path, is_hyaline, auto_color })) if (typeof value !== 'boolean') refuse(40097, name);
  if (line_color !== undefined && !isColor(line_color)) refuse(40097, 'line_color');
  if (page !== undefined && page !== '') checkPage(world.pages.get(app.appid), text(page), check_path === true && env_version === 'release');
  const code = { scene, page: text(page), at: world.now() };
  world.qrcodes.add(app.appid, code);
  const drawn = writtenIn(app.appid, code);
  return is_hyaline ? new RawAnswer(200, 'image/png', drawPng(drawn, Math.round(width))) : new RawAnswer(200, 'image/jpeg', drawJpeg(drawn, Math.round(width)));
}

/** What stands in a code. */
export function writtenIn(appid: string, { scene, page }: Pick<MadeQrcode, 'scene' | 'page'>): string {
  return JSON.stringify({ appid, scene, page });
}

/** Once it is said which pages are published, others are refused unless nobody looks. */
function checkPage(published: Set<string> | undefined, page: string, looks: boolean): void {
  if (!PAGE.test(page) || (looks && published && !published.has(page))) refuse(41030);
}

function isColor(color: unknown): boolean {
  return isObject(color) && ['r', 'g', 'b'].every(name => /^\d{1,3}$/.test(String(color[name])) && Number(color[name]) <= 255);
}

export const qrcodeEndpoints: Endpoint[] = [
  { method: 'POST', path: '/wxa/getwxacodeunlimit', auth: 'access_token', kind: 'miniprogram', body: 'json', handle: getUnlimited },
];
