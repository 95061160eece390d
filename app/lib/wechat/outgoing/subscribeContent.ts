import { z } from 'zod';
import { text } from './customMessageSchema';

const MAX_VALUES = 50;

const value = z.object({
  value: z.union([z.string().max(4_096, 'must be at most 4096 characters'), z.number()], 'must be a text or a number')
    .meta({ description: 'What stands there', examples: ['Coffee'] }),
});

export const templateId = z.string().regex(/^[A-Za-z0-9_-]{1,128}$/, 'must be letters, digits, _ or -, 1 to 128 long')
  .meta({ description: 'The template of subscription messages', examples: ['hD-ixGOhYmUfjOnI8MCzQMPshzGVeux_2zvyQu7O68'] });

/**
 * The content of a subscription message.
 * @see
 *   https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-message-management/subscribe-message/sendMessage.html
 */
export const subscribeContentSchema = z.strictObject({
  templateId,
  data: z.record(z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/, 'must be a key of the template, such as thing1'), value)
    .refine(data => Object.keys(data).length > 0, 'must not be empty')
    .refine(data => Object.keys(data).length <= MAX_VALUES, `must be at most ${MAX_VALUES} values`)
    .meta({ description: 'What the message says, by key of the template', examples: [{ thing1: { value: 'Coffee' }, time2: { value: '2026-01-31 09:30' } }] }),
  page: text(1_024).optional().meta({ description: 'A page of the mini-program, with its query, without a slash in front', examples: ['pages/order?id=4711'] }),
});

export type SubscribeContent = z.infer<typeof subscribeContentSchema>;
