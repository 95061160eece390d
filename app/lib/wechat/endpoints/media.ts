import { WechatError } from '../error';
import type { WechatClient } from '../client';

export type MediaType = 'image' | 'voice' | 'video' | 'thumb';

export interface MediaFile {
  type: MediaType;
  file: Buffer;
  filename: string;
  contentType: string;
}

/** A temporary file at WeChat: usable for 3 days after `createdAt`. */
export interface UploadedMedia {
  mediaId: string;
  type: string;
  createdAt: Date;
}

/**
 * Uploads a temporary media file. Mini-programs may upload images only.
 * @throws {WechatError} 40004 type, 40005 file extension, 40009 to 40012 too large, 41005 and 44001 no data; -1 and 45011 later
 * @see https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/kf-mgnt/kf-message/uploadTempMedia.html
 */
export async function uploadMedia(client: WechatClient, accessToken: string, { type, file, filename, contentType }: MediaFile): Promise<UploadedMedia> {
  const path = '/cgi-bin/media/upload';
  const answer = await client.post(path, {
    query: { access_token: accessToken, type },
    form: { media: { value: file, options: { filename: safeFilename(filename), contentType: safeContentType(contentType) } } },
  });
  const mediaId = answer.media_id ?? answer.thumb_media_id;
  if (typeof mediaId !== 'string' || !mediaId) {
    throw new WechatError({ path, errmsg: 'the answer holds no media_id', retryable: true, delivery: 'answered' });
  }
  const seconds = Number(answer.created_at);
  return { mediaId, type: typeof answer.type === 'string' ? answer.type : type, createdAt: seconds > 0 ? new Date(seconds * 1000) : new Date() };
}

/**
 * Both stand in a header of the multipart body, and WeChat takes the format from the extension: ASCII only, the end is
 * kept.
 */
function safeFilename(filename: string): string {
  return filename.slice(-100).replace(/[^A-Za-z0-9._-]/g, '_') || 'media';
}

function safeContentType(contentType: string): string {
  return /^[a-z]+\/[a-z0-9.+-]{1,80}$/i.test(contentType) ? contentType : 'application/octet-stream';
}
