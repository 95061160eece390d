import { z } from 'zod';
import { MOST_BYTES } from '../lib/wechat/outgoing/mediaFile';
import { anyAppid, isoTime } from './fields';
import { defineRoute } from './route';

export const uploadMedia = defineRoute({
  method: 'post',
  path: '/api/server/media',
  tag: 'server',
  summary: { en: 'Upload a temporary media file to WeChat', zh: '上传临时素材到微信' },
  description: 'At most 10 MB: as multipart/form-data with the fields `appid`, `type` and the file `media`, from a `url` on the public internet (redirects are not followed), or from the `path` of a file in app/public. Usable for 3 days; the same bytes again within them: the same mediaId, with no upload. A mini-program takes images only. https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/kf-mgnt/kf-message/uploadTempMedia.html',
  auth: 'apiKey',
  body: z.object({
    appid: anyAppid.optional(),
    type: z.enum(['image', 'voice', 'video', 'thumb'], 'must be image, voice, video or thumb').meta({ description: 'What the file is', examples: ['image'] }),
    url: z.string().min(1).max(2_048).optional().meta({ description: 'Where the file is, when it is not part of the request', examples: ['https://example.org/logo.png'] }),
    path: z.string().min(1).max(256).optional().meta({ description: 'Of a file in app/public, `/public/` in front or not', examples: ['/public/logo.png'] }),
  }).meta({ examples: [{ type: 'image', url: 'https://example.org/logo.png' }] }),
  file: { field: 'media', mostBytes: MOST_BYTES },
  data: z.object({
    mediaId: z.string().meta({ description: 'WeChat\'s `media_id`', examples: ['fj_9gE8cWpk9sJVvnC8tTz4mGdjIvB0nDN9y3h2oxyu'] }),
    type: z.string().meta({ description: 'What the file is', examples: ['image'] }),
    expiresAt: isoTime.meta({ description: 'When WeChat forgets the file' }),
  }),
  errors: ['NOT_FOUND', 'WECHAT_BUSY', 'WECHAT_ERROR'],
});
