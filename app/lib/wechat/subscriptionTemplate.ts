import { z } from 'zod';
import { kindOfField, OTHER_LIMIT, templateFieldKinds, type TemplateField } from './template';

/** A template of subscription messages that is known here. */
export interface SubscriptionTemplate {
  /** templateId */
  _id: string;
  appid: string;
  title?: string;
  fields: TemplateField[];
  /** Subscribed once for any number of messages. */
  longTerm?: boolean;
}

const fieldSchema = z.object({
  key: z.string().regex(/^[A-Za-z_]{1,32}\d{0,6}$/, 'must be a key of the template, such as thing1'),
  kind: z.string().max(32).optional(),
  limit: z.number().int().min(1).max(4_096).optional(),
}).transform(({ key, kind = kindOfField(key), limit }): TemplateField => ({
  key, kind, limit: limit ?? (Object.hasOwn(templateFieldKinds, kind) ? templateFieldKinds[kind].limit : OTHER_LIMIT),
}));

/**
 * One document of `templates`. A field's kind is told by its key, its limit by its kind, where they are left out.
 * @see https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-message-management/subscribe-message/sendMessage.html
 */
export const subscriptionTemplateSchema = z.object({
  _id: z.string(),
  appid: z.string(),
  title: z.string().optional(),
  fields: z.array(fieldSchema).min(1, 'must not be empty').max(50, 'must be at most 50 fields'),
  longTerm: z.boolean().optional(),
});
