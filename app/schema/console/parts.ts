import { z } from 'zod';
import { appid, openid } from '../fields';

/** Fields that several routes of the console share. */
export const anAppid = appid.describe('AppID').meta({ examples: ['wx0123456789abcdef'] });
export const anOpenid = openid.describe('openid of the person in the app').meta({ examples: ['oABCD1234567890'] });
export const appName = z.string().describe('Name of the app; its AppID when the app has none, or is not configured any more').meta({ examples: ['商城小程序'] });
export const time = z.iso.datetime().describe('ISO 8601').meta({ examples: ['2025-03-01T08:30:00.000Z'] });
export const text = (longest: number) => z.string().trim().min(1, 'must not be empty').max(longest, `must be at most ${longest} characters`);
export const adminName = z.string().min(1).max(64).describe('The administrator\'s name').meta({ examples: ['anna'] });
/** `true` or `false` in a query. */
export const flag = z.enum(['true', 'false'], 'must be true or false').transform(value => value === 'true');
/** A number in a query or a path: 0 or more. */
export const wholeNumber = z.string().regex(/^\d{1,9}$/, 'must be a number').transform(Number);
export const conversationId = z.object({
  id: z.string().regex(/^[A-Za-z0-9_-]{1,64}:[A-Za-z0-9_-]{1,128}$/, 'must be <appid>:<openid>')
    .describe('`<appid>:<openid>`').meta({ examples: ['wx0123456789abcdef:oABCD1234567890'] }),
});
export const userId = z.object({
  id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be the id of a person').describe('`users._id`').meta({ examples: ['3f2a9c0de1b24c5d6e7f8091'] }),
});

/** One of the person's accounts: one per app. */
export const account = z.object({
  appid: anAppid,
  appName,
  kind: z.enum(['miniprogram', 'official']).describe('Kind of the app').meta({ examples: ['miniprogram'] }),
  openid: anOpenid,
});

/** The error with which a message failed. */
export const sendError = z.object({
  errcode: z.number().int().nullable().describe('WeChat\'s number; null when it gave none').meta({ examples: [45015] }),
  message: z.string().describe('What WeChat, or the network, has said').meta({ examples: ['response out of time limit'] }),
  at: time.describe('When'),
});

export const messageState = z.enum(['received', 'handled', 'ready', 'leased', 'sent', 'failed', 'dead', 'unknown'])
  .describe('Of the person\'s: `received`, `handled`, `dead`. Of ours: as in `outbox`').meta({ examples: ['sent'] });
