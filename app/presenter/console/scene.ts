import { fromStored } from '../../lib/wechat/scene';
import type { SceneDocument } from '../../model/scene';

/** A code as the console lists it. */
export function presentMadeScene(scene: SceneDocument) {
  const { _id, appid, page, createdAt, expiresAt, scans, openid } = scene;
  return {
    scene: _id, appid, payload: fromStored(scene), page: page ?? null, createdAt: createdAt.toISOString(), expiresAt: expiresAt?.toISOString() ?? null, scans, openid: openid ?? null,
  };
}
