import assert from 'node:assert/strict';
import { customMessageSchema, miniprogramMessageSchema, officialMessageSchema } from '../../../../app/lib/wechat/outgoing/customMessageSchema';
import type { z } from 'zod';

const TEXT = { msgtype: 'text', text: { content: '你好' } };
const IMAGE = { msgtype: 'image', image: { media_id: 'm' } };
const LINK = { msgtype: 'link', link: { title: 't', description: 'd', url: 'https://e.com/{{openid}}', thumb_url: 'https://e.com/a.png' } };
const PAGE = { msgtype: 'miniprogrampage', miniprogrampage: { title: 't', pagepath: 'pages/a', thumb_media_id: 'm' } };
const FROM_FILES = [
  { msgtype: 'image', image: { path: '/public/qr.png' } },
  { msgtype: 'miniprogrampage', miniprogrampage: { title: 't', pagepath: 'pages/a', thumb_path: 'qr.png', appid: 'wx1' } },
];
const OFFICIAL_PAGE = { ...PAGE, miniprogrampage: { ...PAGE.miniprogrampage, appid: 'wx1' } };
const OFFICIAL = [
  { msgtype: 'voice', voice: { media_id: 'm' } }, { msgtype: 'video', video: { media_id: 'm', thumb_media_id: 't', title: 't', description: 'd' } },
  { msgtype: 'music', music: { musicurl: 'http://e.com/a', hqmusicurl: 'http://e.com/b', thumb_media_id: 't' } },
  { msgtype: 'news', news: { articles: [{ title: 't', description: 'd', url: 'https://e.com', picurl: 'https://e.com/p.png' }] } },
  { msgtype: 'mpnews', mpnews: { media_id: 'm' } }, { msgtype: 'mpnewsarticle', mpnewsarticle: { article_id: 'a' } },
  { msgtype: 'msgmenu', msgmenu: { head_content: 'h', list: [{ id: '1', content: 'yes' }], tail_content: 't' } },
  { msgtype: 'wxcard', wxcard: { card_id: 'c' } }, { ...TEXT, customservice: { kf_account: 'a@b' } },
];

function problems(schema: z.ZodType, message: unknown): string {
  return schema.safeParse(message).error?.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`).join('; ') ?? 'accepted';
}

describe('lib/wechat/outgoing/customMessageSchema', () => {
  it('accepts the messages of each kind of app unchanged', () => {
    for (const message of [TEXT, IMAGE, LINK, PAGE, ...FROM_FILES]) assert.deepEqual(miniprogramMessageSchema.parse(message), message);
    for (const message of [TEXT, IMAGE, OFFICIAL_PAGE, ...FROM_FILES, ...OFFICIAL]) assert.deepEqual(officialMessageSchema.parse(message), message);
    for (const message of [TEXT, IMAGE, LINK, PAGE, OFFICIAL_PAGE, ...FROM_FILES, ...OFFICIAL]) assert.deepEqual(customMessageSchema.parse(message), message);
  });

  it('refuses the messages of the other kind', () => {
    for (const message of OFFICIAL) assert.notEqual(problems(miniprogramMessageSchema, message), 'accepted', message.msgtype);
    assert.match(problems(officialMessageSchema, LINK), /^msgtype: must be text, image, voice/);
    assert.match(problems(officialMessageSchema, PAGE), /^miniprogrampage\.appid: /);
  });

  it('names the field', () => {
    const cases: [unknown, RegExp][] = [
      [{ msgtype: 'dance' }, /^msgtype: must be text, image, link/], [null, /: must be/], [[], /: must be/],
      [{ msgtype: 'text' }, /^text: /], [{ msgtype: 'text', text: { content: '' } }, /^text\.content: must not be empty/],
      [{ msgtype: 'text', text: { content: 1 } }, /^text\.content: /], [{ ...TEXT, image: {} }, /image/], [{ ...TEXT, touser: 'x' }, /touser/],
      [{ msgtype: 'text', text: { content: '一'.repeat(683) } }, /^text\.content: must be at most 2048 bytes/],
      [{ ...LINK, link: { ...LINK.link, url: 'data:text/html,x' } }, /^link\.url: must begin with http/],
      [{ ...LINK, link: { ...LINK.link, title: 't'.repeat(129) } }, /^link\.title: must be at most 128/],
      [{ ...LINK, link: { ...LINK.link, url: 'https://e.com/a b' } }, /^link\.url: /],
      [{ msgtype: 'image', image: { media_id: 'a b' } }, /^image\.media_id: /],
      [{ msgtype: 'image', image: {} }, /^image: must have either media_id or path/], [{ msgtype: 'image', image: { media_id: 'm', path: 'a' } }, /^image: must have either/],
      [{ msgtype: 'image', image: { path: '' } }, /^image\.path: /], [{ msgtype: 'voice', voice: { path: 'a.mp3' } }, /^voice/],
      [{ ...PAGE, miniprogrampage: { title: 't', pagepath: 'p' } }, /^miniprogrampage: must have either thumb_media_id or thumb_path/],
      [{ msgtype: 'news', news: { articles: [{ title: 'a' }, { title: 'b' }] } }, /^news\.articles: must be one article/],
      [{ msgtype: 'msgmenu', msgmenu: { list: [] } }, /^msgmenu\.list: must not be empty/],
    ];
    for (const [message, pattern] of cases) assert.match(problems(customMessageSchema, message), pattern);
    assert.equal(problems(customMessageSchema, { msgtype: 'text', text: { content: 'a'.repeat(2_048) } }), 'accepted');
  });
});
