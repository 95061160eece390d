import { z } from 'zod';
import { text } from './customMessageSchema';

const MAX_VALUES = 50;

const value = z.object({ value: z.union([z.string().max(4_096, 'must be at most 4096 characters'), z.number()], 'must be a text or a number') });

export const templateId = z.string().regex(/^[A-Za-z0-9_-]{1,128}$/, 'must be letters, digits, _ or -, 1 to 128 long');

/**
 * What a subscription message says.
 * @see https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-message-management/subscribe-message/sendMessage.html
 */
export const subscribeContentSchema = z.strictObject({
  templateId,
  data: z.record(z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/, 'must be a key of the template, such as thing1'), value)
    .refine(data => Object.keys(data).length > 0, 'must not be empty')
    .refine(data => Object.keys(data).length <= MAX_VALUES, `must be at most ${MAX_VALUES} values`),
  page: text(1_024).optional().describe('A page of the mini-program, with its query, without a slash in front'),
});

export type SubscribeContent = z.infer<typeof subscribeContentSchema>;
