import { fromStored } from '../lib/wechat/scene';
import type { SceneDocument } from '../model/scene';
import type { MadeLink } from '../service/link';
import type { MadeQrcode } from '../service/qrcode';

/** A code that was just made, with its image. */
export function presentQrcode({ scene, image, expiresAt }: MadeQrcode) {
  return { scene, contentType: image.contentType, image: image.bytes.toString('base64'), expiresAt: expiresAt?.toISOString() ?? null };
}

export function presentLink({ link, expiresAt }: MadeLink) {
  return { link, expiresAt: expiresAt?.toISOString() ?? null };
}

/** The payload for the page that a code has opened. */
export function presentScene(scene: SceneDocument) {
  return { payload: fromStored(scene) };
}
