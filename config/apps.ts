import { z } from 'zod';

/** A mini-program or official account, as configured. */
export interface WechatAppConfig {
  appid: string;
  kind: 'miniprogram' | 'official';
  name: string;
  secret: string;
  /** Token of the message push; without one every push is refused. */
  token?: string;
  /** EncodingAESKey, 43 characters. */
  aesKey?: string;
  /** The push modes that are accepted. */
  pushMode: 'plain' | 'compat' | 'secure';
}

/** One app of WECHAT_APPS_FILE. */
export const appEntrySchema = z.strictObject({
  appid: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'takes letters, digits, _ and -, 1 to 64 long'),
  kind: z.enum(['miniprogram', 'official'], 'takes miniprogram or official'),
  name: z.string('takes a text').min(1, 'takes a text').max(128, 'takes at most 128 characters').optional(),
  secret: z.string('takes the AppSecret').min(1, 'takes the AppSecret').max(512, 'takes the AppSecret'),
  token: z.string('takes the message push token').min(1, 'takes the message push token').max(512, 'takes the message push token'),
  aesKey: z.string().regex(/^[A-Za-z0-9+/]{43}$/, 'takes the EncodingAESKey: 43 letters, digits, + or /').optional(),
  pushMode: z.enum(['plain', 'compat', 'secure'], 'takes plain, compat or secure').optional(),
}, 'takes an object of appid, kind, name, secret, token, aesKey and pushMode')
  .refine(app => app.aesKey || !app.pushMode || app.pushMode === 'plain', { path: ['aesKey'], message: 'is required when pushMode is compat or secure' })
  .transform((app): WechatAppConfig => ({ ...app, name: app.name ?? app.appid, pushMode: app.pushMode ?? (app.aesKey ? 'secure' : 'plain') }));

/** The content of WECHAT_APPS_FILE. */
export const appsFileSchema = z.array(appEntrySchema, 'takes a JSON array of apps').max(10_000, 'takes at most 10000 apps');
