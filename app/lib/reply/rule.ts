import { z } from 'zod';
import { article, byteText, imageContent, miniprogramMessageSchema, msgtype, text, MAX_TEXT_BYTES } from '../wechat/outgoing/customMessageSchema';
import { subscribeContentSchema } from '../wechat/outgoing/subscribeContent';
import { compileRegex } from './regex';

const MAX_RULES = 10_000;
const MAX_ORDER = 1_000_000_000;

/**
 * Longest text of a passive reply. WeChat's documents name no limit; users measured 2,047 bytes, and WeChat shows
 * nothing when a text is longer: https://github.com/dodgepudding/wechat-php-sdk/issues/363
 */
export const MAX_PASSIVE_TEXT_BYTES = MAX_TEXT_BYTES - 1;

/**
 * The messages with which an official account can answer a push.
 * @see https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Passive_user_reply_message.html
 */
export const passiveMessageSchema = z.discriminatedUnion('msgtype', [
  z.strictObject({
    msgtype: msgtype('text'),
    text: z.strictObject({
      content: byteText(MAX_PASSIVE_TEXT_BYTES).meta({ description: `The text, at most ${MAX_PASSIVE_TEXT_BYTES} bytes`, examples: ['Hello {{nickname}}'] }),
    }).meta({ description: 'The text message' }),
  }),
  z.strictObject({ msgtype: msgtype('image'), image: imageContent.meta({ description: 'The picture' }) }),
  // WeChat shows several articles only in answer to an event; in answer to a message it takes one.
  z.strictObject({
    msgtype: msgtype('news'),
    news: z.strictObject({
      articles: z.array(article).min(1, 'must not be empty').max(8, 'must be at most 8 articles').meta({ description: 'The articles' }),
    }).meta({ description: 'Cards with pictures' }),
  }),
  z.strictObject({
    msgtype: msgtype('transfer_customer_service'),
    transfer_customer_service: z.strictObject({
      kf_account: text(128).optional().meta({ description: 'To whom; to whoever is free when left out', examples: ['lihua@shop'] }),
    }).optional().meta({ description: 'Hands the person over to customer service' }),
  }),
], { error: 'must be text, image, news or transfer_customer_service' });

export type PassiveMessage = z.infer<typeof passiveMessageSchema>;

const whenSchema = z.strictObject({
  type: text(64).optional().meta({ description: 'MsgType', examples: ['text'] }),
  event: text(64).optional().meta({ description: 'Event, when type is `event`', examples: ['CLICK'] }),
  eventKey: text(1_024).optional().meta({ description: 'EventKey', examples: ['MENU_1'] }),
  match: z.enum(['any', 'equals', 'contains', 'regex'], { error: 'must be any, equals, contains or regex' }).optional()
    .meta({ description: 'How the text is compared; any when left out', examples: ['contains'] }),
  text: z.string().max(512, 'must be at most 512 characters').optional().meta({ description: 'With what it is compared', examples: ['price'] }),
}).superRefine(({ match = 'any', text: wanted = '' }, context) => {
  if (match === 'any') return;
  const refuse = (message: string) => context.addIssue({ code: 'custom', path: ['text'], message });
  if (wanted === '') return refuse(`must not be empty when match is ${match}`);
  if (match !== 'regex') return;
  const compiled = compileRegex(wanted);
  if (typeof compiled === 'string') refuse(`is not a regular expression of RE2: ${compiled}`);
});

/** Sent instead of a customer-service message when the person's window is closed. */
const fallback = subscribeContentSchema.optional()
  .meta({ description: 'A subscription message, sent in place of a customer-service message when the person\'s window is closed' });
const via = <T extends string>(name: T) => z.literal(name).meta({ description: '`passive`: in the answer to the push; `custom`: as a customer-service message' });
const message = 'The message, as WeChat defines it';

/** A rule without its id. */
export const ruleFields = {
  appid: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be letters, digits, _ or -, 1 to 64 long').optional(),
  order: z.number('must be a number').min(-MAX_ORDER).max(MAX_ORDER),
  enabled: z.boolean('must be true or false'),
  when: whenSchema,
  reply: z.discriminatedUnion('via', [
    z.strictObject({ via: via('passive'), message: passiveMessageSchema.meta({ description: message }), fallback }),
    z.strictObject({ via: via('custom'), message: miniprogramMessageSchema.meta({ description: message }), fallback }),
  ], { error: 'must be passive or custom' }),
};
const ruleId = byteText(128);

/** A document of `replyRules`. Everything is bounded; unknown fields are refused. */
export const replyRuleSchema = z.strictObject({ _id: ruleId, ...ruleFields });

export type ReplyRule = z.infer<typeof replyRuleSchema>;

/**
 * The content of REPLY_RULES_FILE: an array of rules. `_id` is `file:<index>` when missing, `order` the place in the
 * file, `enabled` true.
 */
export const replyRulesFileSchema = z.array(z.strictObject({
  _id: ruleId.optional(), ...ruleFields, order: ruleFields.order.optional(), enabled: ruleFields.enabled.default(true),
}), 'must be an array of rules').max(MAX_RULES, `must be at most ${MAX_RULES} rules`)
  .transform((rules): ReplyRule[] => rules.map((rule, index) => ({ ...rule, _id: rule._id ?? `file:${index}`, order: rule.order ?? index })))
  .superRefine((rules, context) => {
    const seen = new Set<string>();
    for (const [index, { _id }] of rules.entries()) {
      if (seen.has(_id)) context.addIssue({ code: 'custom', path: [index, '_id'], message: 'is that of another rule' });
      seen.add(_id);
    }
  });
