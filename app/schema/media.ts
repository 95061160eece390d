import { z } from 'zod';
import { MOST_BYTES } from '../lib/wechat/mediaFile';
import { appid, isoTime } from './fields';
import { defineRoute } from './route';

export const uploadMedia = defineRoute({
  method: 'post',
  path: '/api/server/media',
  tag: 'server',
  summary: 'Upload a temporary media file to WeChat',
  description: 'At most 10 MB: as multipart/form-data with the fields `appid`, `type` and the file `media`, from a `url` on the public internet (redirects are not followed), or from the `path` of a file in app/public. Usable for 3 days; the same bytes again within them: the same mediaId, with no upload. A mini-program takes images only. https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/kf-mgnt/kf-message/uploadTempMedia.html',
  auth: 'apiKey',
  body: z.object({
    appid: appid.optional(),
    type: z.enum(['image', 'voice', 'video', 'thumb'], 'must be image, voice, video or thumb'),
    url: z.string().min(1).max(2_048).optional().describe('Where the file is, when it is not part of the request'),
    path: z.string().min(1).max(256).optional().describe('Of a file in app/public, `/public/` in front or not'),
  }),
  file: { field: 'media', mostBytes: MOST_BYTES },
  data: z.object({ mediaId: z.string(), type: z.string(), expiresAt: isoTime }),
  errors: ['NOT_FOUND', 'WECHAT_BUSY', 'WECHAT_ERROR'],
});
