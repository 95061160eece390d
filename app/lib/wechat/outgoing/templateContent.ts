import { z } from 'zod';
import { text } from './customMessageSchema';
import { subscribeContentSchema } from './subscribeContent';
import { checkTemplateData, templateFieldKinds, type TemplateField } from './template';

/**
 * The content of a template message of an official account.
 * @see https://developers.weixin.qq.com/doc/service/api/notify/template/api_sendtemplatemessage
 */
export const templateContentSchema = z.strictObject({
  templateId: subscribeContentSchema.shape.templateId,
  data: subscribeContentSchema.shape.data,
  url: z.url({ protocol: /^https?$/, error: 'must begin with http:// or https://' }).max(1_024, 'must be at most 1024 characters').optional()
    .describe('What a tap opens; a mini-program goes before it').meta({ example: 'https://example.com/orders/7' }),
  miniprogram: z.strictObject({
    appid: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be letters, digits, _ or -, 1 to 64 long').meta({ description: 'One that is bound to the official account', examples: ['wxsandbox0000000001'] }),
    pagepath: text(1_024).optional().meta({ description: 'A page of it, with its query', examples: ['pages/order?id=4711'] }),
  }).optional().describe('The mini-program that a tap opens'),
});

export type TemplateContent = z.infer<typeof templateContentSchema>;

/** Keys of old templates, which WeChat has not shown since May 2023, and takes still. */
const NOT_SHOWN = new Set(['first', 'remark']);

/**
 * Brings the data of a template message into the form that WeChat takes, as those of a subscription message. What an old
 * template's keys take (`keyword1`) is not known: their values stay as they are, and may be left out.
 * @throws {AppError} INVALID_ARGUMENT that names the key and what it takes
 * @see https://developers.weixin.qq.com/doc/service/api/notify/template/api_sendtemplatemessage
 */
export function fitTemplateData({ fields }: { fields: readonly TemplateField[] }, data: TemplateContent['data']): TemplateContent['data'] {
  const strict = fields.filter(({ kind }) => Object.hasOwn(templateFieldKinds, kind));
  const loose = new Set([...NOT_SHOWN, ...fields.filter(field => !strict.includes(field)).map(({ key }) => key)]);
  const [free, checked] = [true, false].map(isFree => Object.fromEntries(Object.entries(data).filter(([key]) => loose.has(key) === isFree)));
  return { ...free, ...checkTemplateData({ fields: strict }, checked) };
}
