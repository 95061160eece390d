import { z } from 'zod';

/** Longest text that WeChat takes, in bytes of UTF-8; it answers 45002 to a longer one. */
export const MAX_TEXT_BYTES = 2_048;

/** A text of 1 to `longest` characters. */
export function text(longest: number) {
  return z.string().min(1, 'must not be empty').max(longest, `must be at most ${longest} characters`);
}

/** A text for a call that counts bytes of UTF-8. */
export function byteText(bytes: number) {
  return text(bytes).refine(value => Buffer.byteLength(value) <= bytes, `must be at most ${bytes} bytes in UTF-8`);
}

const httpUrl = text(1_024).regex(/^https?:\/\/[^/\s]\S*$/, 'must begin with http:// or https:// and hold no spaces')
  .meta({ description: 'Where a tap leads', examples: ['https://example.org/'] });
const pictureUrl = httpUrl.or(z.literal('')).optional().meta({ description: 'Address of the picture', examples: ['https://example.org/logo.png'] });
const mediaId = text(256).regex(/^\S+$/, 'must not hold spaces')
  .meta({ description: 'WeChat\'s id of an uploaded file', examples: ['fj_9gE8cWpk9sJVvnC8tTz4mGdjIvB0nDN9y3h2oxyu'] });
const thumbMediaId = mediaId.meta({ description: 'WeChat\'s id of the cover picture' });
const title = text(128).meta({ description: 'Title', examples: ['Your order'] });
const optionalText = (longest: number) => z.string().max(longest, `must be at most ${longest} characters`).optional()
  .meta({ description: 'Text below or beside the title', examples: ['It is on its way'] });

const optionalTitle = optionalText(128).meta({ description: 'Title', examples: ['Your order'] });
/** The type of a message. */
export const msgtype = <T extends string>(name: T) => z.literal(name).meta({ description: 'What kind of message it is' });

const textContent = z.strictObject({ content: byteText(MAX_TEXT_BYTES).meta({ description: `The text, at most ${MAX_TEXT_BYTES} bytes`, examples: ['Hello'] }) });
const mediaContent = z.strictObject({ media_id: mediaId });
const publicPath = text(256).meta({ description: 'A file in app/public, uploaded when the message is sent: a media_id ends after 3 days', examples: ['/public/logo.png'] });
export const imageContent = z.strictObject({ media_id: mediaId.optional(), path: publicPath.optional() })
  .refine(({ media_id, path }) => (media_id === undefined) !== (path === undefined), 'must have either media_id or path')
  .meta({ examples: [{ media_id: 'fj_9gE8cWpk9sJVvnC8tTz4mGdjIvB0nDN9y3h2oxyu' }] });
export const article = z.strictObject({
  title, description: optionalText(512), url: httpUrl.or(z.literal('')).optional().meta({ description: 'Where a tap leads', examples: ['https://example.org/'] }), picurl: pictureUrl,
});

const textMessage = z.strictObject({ msgtype: msgtype('text'), text: textContent.meta({ description: 'The text message' }) });
const imageMessage = z.strictObject({ msgtype: msgtype('image'), image: imageContent.meta({ description: 'The picture' }) });
const linkMessage = z.strictObject({
  msgtype: msgtype('link'),
  link: z.strictObject({
    title, description: text(512).meta({ description: 'Text below the title', examples: ['It is on its way'] }), url: httpUrl, thumb_url: pictureUrl,
  }).meta({ description: 'A card that leads to a page' }),
});
const page = z.strictObject({
  title,
  // Only an official account names the mini-program.
  appid: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be letters, digits, _ or -, 1 to 64 long').optional()
    .meta({ description: 'AppID of the mini-program, when an official account sends the card', examples: ['wxsandbox0000000001'] }),
  pagepath: text(1_024).meta({ description: 'Its page, with its query', examples: ['pages/order?id=4711'] }),
  thumb_media_id: thumbMediaId.optional(),
  thumb_path: publicPath.optional(),
});
const oneThumb = [
  (card: { thumb_media_id?: string; thumb_path?: string }) => (card.thumb_media_id === undefined) !== (card.thumb_path === undefined),
  'must have either thumb_media_id or thumb_path',
] as const;
const card = page.refine(...oneThumb)
  .meta({ description: 'A card that leads to a mini-program', examples: [{ title: 'Your order', pagepath: 'pages/order?id=4711', thumb_media_id: 'fj_9gE8cWpk9sJVvnC8tTz4mGdjIvB0nDN9y3h2oxyu' }] });
const pageMessage = z.strictObject({ msgtype: msgtype('miniprogrampage'), miniprogrampage: card });

/** An official account may send a message in the name of one of its agents. */
const customservice = z.strictObject({
  kf_account: text(128).meta({ description: 'The agent\'s account', examples: ['lihua@shop'] }),
}).optional().meta({ description: 'The agent in whose name an official account sends' });

const officialOnly = [
  z.strictObject({ msgtype: msgtype('voice'), voice: mediaContent.meta({ description: 'The voice message' }), customservice }),
  z.strictObject({
    msgtype: msgtype('video'),
    video: z.strictObject({ media_id: mediaId, thumb_media_id: thumbMediaId.optional(), title: optionalTitle, description: optionalText(512) })
      .meta({ description: 'The video' }),
    customservice,
  }),
  z.strictObject({
    msgtype: msgtype('music'),
    music: z.strictObject({
      title: optionalTitle,
      description: optionalText(512),
      musicurl: httpUrl.meta({ description: 'Address of the music', examples: ['https://example.org/song.mp3'] }),
      hqmusicurl: httpUrl.meta({ description: 'The same in better quality, for Wi-Fi', examples: ['https://example.org/song-hq.mp3'] }),
      thumb_media_id: thumbMediaId,
    }).meta({ description: 'The music' }),
    customservice,
  }),
  // One article: WeChat answers 45008 to more.
  z.strictObject({
    msgtype: msgtype('news'),
    news: z.strictObject({ articles: z.array(article).length(1, 'must be one article').meta({ description: 'The article' }) }).meta({ description: 'A card with a picture' }),
    customservice,
  }),
  z.strictObject({ msgtype: msgtype('mpnews'), mpnews: mediaContent.meta({ description: 'An article of the account, by its media_id' }), customservice }),
  z.strictObject({ msgtype: msgtype('mpnewsarticle'), mpnewsarticle: z.strictObject({ article_id: text(256).meta({ description: 'The published article', examples: ['yHc9p4C8gYXrYk2QmNwLxw'] }) }).meta({ description: 'A published article' }), customservice }),
  z.strictObject({
    msgtype: msgtype('msgmenu'),
    msgmenu: z.strictObject({
      head_content: optionalText(512).meta({ description: 'Text above the list', examples: ['Are you content?'] }),
      list: z.array(z.strictObject({
        id: text(128).meta({ description: 'Comes back as `bizmsgmenuid`', examples: ['101'] }),
        content: text(128).meta({ description: 'What the entry says', examples: ['Yes'] }),
      })).min(1, 'must not be empty').max(50, 'must be at most 50 entries').meta({ description: 'The entries' }),
      tail_content: optionalText(512).meta({ description: 'Text below the list', examples: ['Thank you'] }),
    }).meta({ description: 'A list to choose from' }),
    customservice,
  }),
  z.strictObject({ msgtype: msgtype('wxcard'), wxcard: z.strictObject({ card_id: text(128).meta({ description: 'The coupon', examples: ['pDF3iY9tv9zCGCj4jTXFOo1DxHdo'] }) }).meta({ description: 'A coupon' }), customservice }),
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
  pageMessage.extend({ miniprogrampage: page.required({ appid: true }).refine(...oneThumb)
    .meta({ description: 'A card that leads to a mini-program', examples: [{ title: 'Your order', appid: 'wxsandbox0000000001', pagepath: 'pages/order?id=4711', thumb_media_id: 'fj_9gE8cWpk9sJVvnC8tTz4mGdjIvB0nDN9y3h2oxyu' }] }), customservice }), ...officialOnly,
], { error: 'must be text, image, voice, video, music, news, mpnews, mpnewsarticle, msgmenu, wxcard or miniprogrampage' });

/**
 * A customer-service message, of whichever kind of app.
 * @see https://developers.weixin.qq.com/doc/service/api/customer/message/api_sendcustommessage
 */
export const customMessageSchema = z.discriminatedUnion('msgtype', [
  textMessage.extend({ customservice }), imageMessage.extend({ customservice }), linkMessage, pageMessage.extend({ customservice }), ...officialOnly,
], { error: 'must be text, image, link, miniprogrampage, voice, video, music, news, mpnews, mpnewsarticle, msgmenu or wxcard' });

export type CustomMessage = z.infer<typeof customMessageSchema>;
