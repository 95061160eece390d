import { z } from 'zod';

/** Fields that several routes share. */
export const appid = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be letters, digits, _ or -, 1 to 64 long')
  .describe('AppID; the default app of its kind when left out');
export const openid = z.string().regex(/^[A-Za-z0-9_-]{1,128}$/, 'must be letters, digits, _ or -, 1 to 128 long');
export const unionid = z.string().regex(/^[A-Za-z0-9_-]{1,128}$/, 'must be letters, digits, _ or -, 1 to 128 long');
export const code = z.string().min(1).max(512).describe('A code that WeChat gave to the client; works once, for 5 minutes');
export const isoTime = z.iso.datetime().describe('ISO 8601');

export const followStatus = z.object({
  following: z.boolean().nullable().describe('null when it cannot be known: see reason'),
  since: isoTime.nullable().describe('When the person followed, or stopped to'),
  official: z.string().nullable().describe('AppID of the official account'),
  reason: z.enum(['NO_UNIONID', 'NO_OFFICIAL_ACCOUNT', 'NOT_SYNCED']).optional()
    .describe('NOT_SYNCED: neither an event nor a complete synchronisation of the followers says so yet'),
});

export const profile = z.object({
  nickName: z.string(),
  avatarUrl: z.string(),
  gender: z.number().int().describe('0 unknown, 1 male, 2 female'),
  language: z.string(),
  city: z.string(),
  province: z.string(),
  country: z.string(),
});

/** One line of a diagnosis. */
export const check = z.object({
  name: z.string().describe('What was looked at: `secret`, `ip whitelist`, `push`, `push address`, `quota`, `phone packs`'),
  state: z.enum(['ok', 'warn', 'no']).describe('`no` stands in the way, `warn` should be known'),
  detail: z.string().describe('How it is, with the address that WeChat refuses'),
  advice: z.string().nullable().describe('What to do; null when there is nothing to do'),
});

const button = z.record(z.string(), z.unknown()).describe('`{type, name, key | url | appid, pagepath | media_id | article_id}` or `{name, sub_button: […]}`');
/** An official account's custom menu, in WeChat's own JSON. */
export const menu = z.object({ button: z.array(button).max(3).describe('1 to 3 buttons, each with up to 5 sub-buttons') });

const leaf = z.object({
  type: z.string().optional(),
  name: z.string(),
  key: z.string().optional(),
  url: z.string().optional(),
  appid: z.string().optional(),
  pagepath: z.string().optional(),
  media_id: z.string().optional(),
  article_id: z.string().optional(),
});
/** A menu that has been checked: nothing is left in it that WeChat does not know. */
export const checkedMenu = z.object({ button: z.array(leaf.extend({ sub_button: z.array(leaf).optional() })) });
