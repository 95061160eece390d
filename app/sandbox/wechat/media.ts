import { RawAnswer } from './endpoint';
import type { AppCall, Endpoint } from './endpoint';
import { refuse } from './errors';
import { findPart } from './multipart';

const LIFE = 3 * 86_400_000;
const MIB = 1024 * 1024;

/** The sizes that a temporary media file may have, and what a larger one is answered. */
const TYPES: Record<string, { bytes: number; tooLarge: number; extensions: string[] }> = {
  image: { bytes: 10 * MIB, tooLarge: 40009, extensions: ['png', 'jpg', 'jpeg', 'gif', 'bmp'] },
  voice: { bytes: 2 * MIB, tooLarge: 40010, extensions: ['amr', 'mp3'] },
  video: { bytes: 10 * MIB, tooLarge: 40011, extensions: ['mp4'] },
  thumb: { bytes: 64 * 1024, tooLarge: 40012, extensions: ['jpg', 'jpeg'] },
};

/**
 * Keeps a file for 3 days. 40004 type, 41005 no file, 44001 empty, 40005 extension, 40009 to 40012 too large.
 * https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/kf-mgnt/kf-message/uploadTempMedia.html
 */
function upload({ world, app, query, headers, raw }: AppCall): object {
  const { type } = query;
  // Mini-programs have images only.
  if (!Object.hasOwn(TYPES, type ?? '') || (app.kind === 'miniprogram' && type !== 'image')) refuse(40004);
  const part = findPart(raw, headers['content-type'] ?? '', 'media');
  if (!part || part.filename === undefined) refuse(41005);
  if (part.content.length === 0) refuse(44001);
  const { bytes, tooLarge, extensions } = TYPES[type];
  if (part.content.length > bytes) refuse(tooLarge);
  const extension = /\.([A-Za-z0-9]+)$/.exec(part.filename)?.[1].toLowerCase() ?? '';
  if (!extensions.includes(extension)) refuse(40005);
  const media_id = world.media.add({
    appid: app.appid, contentType: part.contentType, filename: part.filename,
    // A copy, so that the request's whole body is not kept for its sake.
    content: Buffer.from(part.content), expiresAt: world.now() + LIFE,
  });
  const created_at = Math.floor(world.now() / 1000);
  return type === 'thumb' ? { type, thumb_media_id: media_id, media_id, created_at } : { type, media_id, created_at };
}

/**
 * The file itself. 41006 no media_id, 40007 unknown, expired or another app's.
 * https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/kf-mgnt/kf-message/getTempMedia.html
 */
function get({ world, app, query }: AppCall): object {
  if (!query.media_id) refuse(41006);
  const media = world.media.find(app.appid, query.media_id, world.now());
  if (!media) refuse(40007);
  return new RawAnswer(200, media.contentType, media.content, {
    'content-disposition': `attachment; filename="${encodeURIComponent(media.filename)}"`,
  });
}

export const mediaEndpoints: Endpoint[] = [
  { method: 'POST', path: '/cgi-bin/media/upload', auth: 'access_token', body: 'multipart', handle: upload },
  { method: 'GET', path: '/cgi-bin/media/get', auth: 'access_token', handle: get },
];
