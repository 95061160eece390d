import { z } from 'zod';
import type { ListedTemplate } from '../endpoints/subscriptionTemplates';
import { kindOfField, OTHER_LIMIT, parseTemplateContent, templateFieldKinds, type TemplateField } from './template';

const MOST_VALUES = 200;

/** A template of subscription messages that is known here. */
export interface SubscriptionTemplate {
  /** templateId */
  _id: string;
  appid: string;
  title?: string;
  fields: TemplateField[];
  /** Subscribed once for any number of messages. */
  longTerm?: boolean;
  /** An example of a message, in WeChat's words. */
  example?: string;
  /** When WeChat last listed it; absent when an administrator entered it. */
  syncedAt?: Date;
}

const fieldSchema = z.object({
  key: z.string().regex(/^[A-Za-z_]{1,32}\d{0,6}$/, 'must be a key of the template, such as thing1'),
  kind: z.string().max(32).optional(),
  limit: z.number().int().min(1).max(4_096).optional(),
  name: z.string().max(64).optional(),
  values: z.array(z.string().max(200)).min(1).max(200).optional(),
}).transform(({ key, kind = kindOfField(key), limit, name, values }): TemplateField => ({
  key, kind, limit: limit ?? (Object.hasOwn(templateFieldKinds, kind) ? templateFieldKinds[kind].limit : OTHER_LIMIT),
  ...(name === undefined ? {} : { name }), ...(values ? { values } : {}),
}));

/**
 * A document of `templates`. Where they are left out, a field's kind follows from its key, and its limit from its kind.
 * @see
 *   https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-message-management/subscribe-message/sendMessage.html
 */
export const subscriptionTemplateSchema = z.object({
  _id: z.string(),
  appid: z.string(),
  title: z.string().optional(),
  fields: z.array(fieldSchema).min(1, 'must not be empty').max(50, 'must be at most 50 fields'),
  longTerm: z.boolean().optional(),
  example: z.string().optional(),
  syncedAt: z.date().optional(),
});

/** Turns a template of WeChat's list into the stored form. */
export function fromListed({ templateId, title, content, example, longTerm, values }: ListedTemplate): Omit<SubscriptionTemplate, 'appid' | 'syncedAt'> {
  const fields = parseTemplateContent(content).map(field => {
    const listed = values.get(field.key)?.filter(value => value !== '').slice(0, MOST_VALUES) ?? [];
    return listed.length > 0 ? { ...field, values: listed } : field;
  });
  return { _id: templateId, title, fields, longTerm, example };
}
