import { z } from 'zod';

/** Fields that several routes share, each with the description and the example of the OpenAPI document. */
export const appid = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be letters, digits, _ or -, 1 to 64 long')
  .meta({ description: 'AppID; the default app of its kind when left out', examples: ['wxsandbox0000000001'] });
export const anyAppid = appid.meta({ description: 'AppID; the default mini-program, else the default official account, when left out' });
export const officialAppid = appid.meta({ description: 'AppID of the official account; the default one when left out', examples: ['wxsandbox0000000002'] });
export const openid = z.string().regex(/^[A-Za-z0-9_-]{1,128}$/, 'must be letters, digits, _ or -, 1 to 128 long')
  .meta({ description: 'The person\'s openid in the app', examples: ['oABcd1234efgh5678ijkl9012mn'] });
export const unionid = z.string().regex(/^[A-Za-z0-9_-]{1,128}$/, 'must be letters, digits, _ or -, 1 to 128 long')
  .meta({ description: 'The person\'s unionid, one for all apps of the same Open Platform account', examples: ['o6_bmasdasdsad6_2sgVt7hMZOPfL'] });
export const code = z.string().min(1).max(512)
  .meta({ description: 'A code that WeChat gave to the client; works once, for 5 minutes', examples: ['0f3lZZ000RfeaK1qEy100Y0xQ74lZZ0W'] });
export const isoTime = z.iso.datetime().meta({ description: 'A time, as ISO 8601', examples: ['2026-01-31T09:30:00.000Z'] });

export const followStatus = z.object({
  following: z.boolean().nullable().meta({ description: 'null when it cannot be known: see reason', examples: [true] }),
  since: isoTime.nullable().meta({ description: 'When the person followed, or stopped to' }),
  official: z.string().nullable().meta({ description: 'AppID of the official account', examples: ['wxsandbox0000000002'] }),
  reason: z.enum(['NO_UNIONID', 'NO_OFFICIAL_ACCOUNT', 'NOT_SYNCED']).optional()
    .meta({ description: 'Only where following is null. NOT_SYNCED: neither an event nor a complete synchronisation of the followers says so yet', examples: ['NOT_SYNCED'] }),
}).meta({ examples: [{ following: true, since: '2026-01-31T09:30:00.000Z', official: 'wxsandbox0000000002' }] });

export const profile = z.object({
  nickName: z.string().meta({ description: 'Nickname', examples: ['小明'] }),
  avatarUrl: z.string().meta({ description: 'Address of the avatar', examples: ['https://thirdwx.qlogo.cn/mmopen/vi_32/example/132'] }),
  gender: z.number().int().meta({ description: '0 unknown, 1 male, 2 female', examples: [0] }),
  language: z.string().meta({ description: 'Language of their WeChat', examples: ['zh_CN'] }),
  city: z.string().meta({ description: 'City', examples: ['Guangzhou'] }),
  province: z.string().meta({ description: 'Province', examples: ['Guangdong'] }),
  country: z.string().meta({ description: 'Country', examples: ['China'] }),
}).meta({ description: 'What the person lets others see of them' });

export const phoneNumber = z.object({
  phoneNumber: z.string().meta({ description: 'With the country code where it is not China\'s', examples: ['13800138000'] }),
  purePhoneNumber: z.string().meta({ description: 'Without the country code', examples: ['13800138000'] }),
  countryCode: z.string().meta({ description: 'Country code', examples: ['86'] }),
});

/** One line of a diagnosis. */
export const check = z.object({
  name: z.string().meta({ description: 'What was looked at: `secret`, `ip whitelist`, `push`, `last push`, `push address`, `quota`, `phone packs`, `wechat clock`, `im`, `im callback`', examples: ['ip whitelist'] }),
  state: z.enum(['ok', 'warn', 'no']).meta({ description: '`no` stands in the way, `warn` should be known', examples: ['no'] }),
  detail: z.string().meta({ description: 'How it is, with the address that WeChat refuses; in the language of `Accept-Language`', examples: ['WeChat refuses the address 203.0.113.7 (40164)'] }),
  advice: z.string().nullable().meta({ description: 'What to do, in that language too; null when there is nothing to do', examples: ['add 203.0.113.7 to the IP whitelist of the app'] }),
});

const HELP = { type: 'click', name: 'Help', key: 'HELP' };
const button = z.record(z.string(), z.unknown())
  .meta({ description: '`{type, name, key | url | appid, pagepath | media_id | article_id}` or `{name, sub_button: […]}`', examples: [HELP] });
/** An official account's custom menu, in WeChat's own JSON. */
export const menu = z.object({ button: z.array(button).max(3).meta({ description: '1 to 3 buttons, each with up to 5 sub-buttons' }) });

const leaf = z.object({
  type: z.string().optional().meta({ description: 'What a tap does', examples: ['click'] }),
  name: z.string().meta({ description: 'What the button says', examples: ['Help'] }),
  key: z.string().optional().meta({ description: 'EventKey of the event', examples: ['HELP'] }),
  url: z.string().optional().meta({ description: 'The page', examples: ['https://example.org/'] }),
  appid: z.string().optional().meta({ description: 'AppID of the mini-program', examples: ['wxsandbox0000000001'] }),
  pagepath: z.string().optional().meta({ description: 'Its page', examples: ['pages/index'] }),
  media_id: z.string().optional().meta({ description: 'The permanent media file', examples: ['fj_9gE8cWpk9sJVvnC8tTz4mGdjIvB0nDN9y3h2oxyu'] }),
  article_id: z.string().optional().meta({ description: 'The article', examples: ['yHc9p4C8gYXrYk2QmNwLxw'] }),
}).meta({ examples: [HELP] });
/** A menu that lib/wechat/menu.ts has checked: it holds only fields that WeChat knows. */
export const checkedMenu = z.object({
  button: z.array(leaf.extend({ sub_button: z.array(leaf).optional().meta({ description: 'The buttons under it' }) }).meta({ examples: [HELP] }))
    .meta({ description: 'The buttons' }),
});

/** The language that is wanted, whatever the caller's headers say. */
export const lang = z.enum(['en', 'zh']).optional().meta({ description: 'Language; that of `Accept-Language` when left out', examples: ['zh'] });
