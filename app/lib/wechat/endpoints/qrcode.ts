import type { WechatClient } from '../client';
import type { WechatImage } from '../image';

/** The version of a mini-program that is opened. */
export type EnvVersion = 'release' | 'trial' | 'develop';

/** The page that a code opens, and its looks. */
export interface Qrcode {
  /** 1–32 characters that say where, or for whom, the code was made: the page gets them as `scene` */
  scene: string;
  /** Without a slash in front and without a query; the home page when left out */
  page?: string;
  /** Whether the page must be one of the published version; it must when left out */
  checkPath?: boolean;
  envVersion?: EnvVersion;
  /** 280–1280 pixels; 430 when left out */
  width?: number;
  autoColor?: boolean;
  lineColor?: { r: number; g: number; b: number };
  /** Transparent background: the image is a PNG */
  hyaline?: boolean;
}

/**
 * A mini-program code, of which there may be any number; 5,000 a minute.
 * @throws {WechatError} 40097 an argument, 40129 characters of the scene, 40169 its length, 41030 page, 45009 too many a
 *   minute, 85096 a reserved parameter; -1 later
 * @see https://developers.weixin.qq.com/miniprogram/dev/server/API/qrcode-link/qr-code/api_getunlimitedqrcode.html
 */
export function unlimitedQrcode(client: WechatClient, accessToken: string, code: Qrcode): Promise<WechatImage> {
  const { scene, page, checkPath, envVersion, width, autoColor, lineColor, hyaline } = code;
  return client.postForImage('/wxa/getwxacodeunlimit', {
    query: { access_token: accessToken },
    json: { scene, page, check_path: checkPath, env_version: envVersion, width, auto_color: autoColor, line_color: lineColor, is_hyaline: hyaline },
  });
}
