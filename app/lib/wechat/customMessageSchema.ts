import { z } from 'zod';

/** Longest text that WeChat takes, in bytes of UTF-8; beyond it answers 45002. */
export const MAX_TEXT_BYTES = 2_048;

/** A text of 1 to `longest` characters. */
export function text(longest: number) {
  return z.string().min(1, 'must not be empty').max(longest, `must be at most ${longest} characters`);
}

/** A text of an interface that counts bytes of UTF-8. */
export function byteText(bytes: number) {
  return text(bytes).refine(value => Buffer.byteLength(value) <= bytes, `must be at most ${bytes} bytes in UTF-8`);
}

const httpUrl = text(1_024).regex(/^https?:\/\/[^/\s]\S*$/, 'must begin with http:// or https:// and hold no spaces');
const mediaId = text(256).regex(/^\S+$/, 'must not hold spaces');
const title = text(128);
const optionalText = (longest: number) => z.string().max(longest, `must be at most ${longest} characters`).optional();

const textContent = z.strictObject({ content: byteText(MAX_TEXT_BYTES) });
const mediaContent = z.strictObject({ media_id: mediaId });
const publicPath = text(256).describe('A file in app/public, uploaded when the message is sent: a media_id ends after 3 days');
export const imageContent = z.strictObject({ media_id: mediaId.optional(), path: publicPath.optional() })
  .refine(({ media_id, path }) => (media_id === undefined) !== (path === undefined), 'must have either media_id or path');
export const article = z.strictObject({
  title, description: optionalText(512), url: httpUrl.or(z.literal('')).optional(), picurl: httpUrl.or(z.literal('')).optional(),
});

const textMessage = z.strictObject({ msgtype: z.literal('text'), text: textContent });
const imageMessage = z.strictObject({ msgtype: z.literal('image'), image: imageContent });
const linkMessage = z.strictObject({
  msgtype: z.literal('link'),
  link: z.strictObject({ title, description: text(512), url: httpUrl, thumb_url: httpUrl.or(z.literal('')).optional() }),
});
const page = z.strictObject({
  title,
  // Only an official account names the mini-program.
  appid: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be letters, digits, _ or -, 1 to 64 long').optional(),
  pagepath: text(1_024),
  thumb_media_id: mediaId.optional(),
  thumb_path: publicPath.optional(),
});
const oneThumb = [
  (card: { thumb_media_id?: string; thumb_path?: string }) => (card.thumb_media_id === undefined) !== (card.thumb_path === undefined),
  'must have either thumb_media_id or thumb_path',
] as const;
const pageMessage = z.strictObject({ msgtype: z.literal('miniprogrampage'), miniprogrampage: page.refine(...oneThumb) });

/** As an official account may have it sent in the name of one of its agents. */
const customservice = z.strictObject({ kf_account: text(128) }).optional();

const officialOnly = [
  z.strictObject({ msgtype: z.literal('voice'), voice: mediaContent, customservice }),
  z.strictObject({
    msgtype: z.literal('video'),
    video: z.strictObject({ media_id: mediaId, thumb_media_id: mediaId.optional(), title: optionalText(128), description: optionalText(512) }),
    customservice,
  }),
  z.strictObject({
    msgtype: z.literal('music'),
    music: z.strictObject({ title: optionalText(128), description: optionalText(512), musicurl: httpUrl, hqmusicurl: httpUrl, thumb_media_id: mediaId }),
    customservice,
  }),
  // One article: WeChat answers 45008 to more.
  z.strictObject({ msgtype: z.literal('news'), news: z.strictObject({ articles: z.array(article).length(1, 'must be one article') }), customservice }),
  z.strictObject({ msgtype: z.literal('mpnews'), mpnews: mediaContent, customservice }),
  z.strictObject({ msgtype: z.literal('mpnewsarticle'), mpnewsarticle: z.strictObject({ article_id: text(256) }), customservice }),
  z.strictObject({
    msgtype: z.literal('msgmenu'),
    msgmenu: z.strictObject({
      head_content: optionalText(512),
      list: z.array(z.strictObject({ id: text(128), content: text(128) })).min(1, 'must not be empty').max(50, 'must be at most 50 entries'),
      tail_content: optionalText(512),
    }),
    customservice,
  }),
  z.strictObject({ msgtype: z.literal('wxcard'), wxcard: z.strictObject({ card_id: text(128) }), customservice }),
] as const;

/**
 * A customer-service message of a mini-program, and what a reply rule may send.
 * @see https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/kf-mgnt/kf-message/sendCustomMessage.html
 */
export const miniprogramMessageSchema = z.discriminatedUnion('msgtype', [textMessage, imageMessage, linkMessage, pageMessage], {
  error: 'must be text, image, link or miniprogrampage',
});

/**
 * A customer-service message of an official account.
 * @see https://developers.weixin.qq.com/doc/service/api/customer/message/api_sendcustommessage
 */
export const officialMessageSchema = z.discriminatedUnion('msgtype', [
  textMessage.extend({ customservice }), imageMessage.extend({ customservice }),
  pageMessage.extend({ miniprogrampage: page.required({ appid: true }).refine(...oneThumb), customservice }), ...officialOnly,
], { error: 'must be text, image, voice, video, music, news, mpnews, mpnewsarticle, msgmenu, wxcard or miniprogrampage' });

/**
 * A customer-service message, of whichever kind of app.
 * @see https://developers.weixin.qq.com/doc/service/api/customer/message/api_sendcustommessage
 */
export const customMessageSchema = z.discriminatedUnion('msgtype', [
  textMessage.extend({ customservice }), imageMessage.extend({ customservice }), linkMessage, pageMessage.extend({ customservice }), ...officialOnly,
], { error: 'must be text, image, link, miniprogrampage, voice, video, music, news, mpnews, mpnewsarticle, msgmenu or wxcard' });

export type CustomMessage = z.infer<typeof customMessageSchema>;
