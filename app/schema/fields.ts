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
