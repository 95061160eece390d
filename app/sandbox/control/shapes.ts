import { z } from 'zod';
import { integer } from './route';

/** Shapes of input and answers that several calls of the control API share. */
export const count = z.int().meta({ description: 'How many', examples: [3] });

const number = (description: string, example: number) => z.number().meta({ description, examples: [example] });

/** What one call of the server answered. */
export const answered = z.object({
  status: number('The HTTP status; 0 when there was no answer', 200),
  body: z.string().meta({ description: 'What it answered', examples: ['success'] }),
  ms: number('How long it took, in milliseconds', 12),
  error: z.string().optional().meta({ description: 'Why there was no answer', examples: ['ECONNREFUSED'] }),
});

export const accepted = z.boolean().meta({ description: 'Whether WeChat would be content; else it tells the person that the service is out of order', examples: [true] });
export const why = z.string().meta({ description: 'What WeChat misses', examples: ['status 500'] });

/** One call of the IM callback. */
export const callback = z.object({
  command: z.string().meta({ description: 'CallbackCommand', examples: ['State.StateChange'] }),
  url: z.string().meta({ description: 'What was called', examples: ['http://127.0.0.1:7001/im/callback?SdkAppid=1400000000'] }),
  body: z.string().meta({ description: 'What was sent', examples: ['{"CallbackCommand":"State.StateChange"}'] }),
  answered: answered.meta({ description: 'What the server answered' }),
});

/** What a person says of themselves. */
export const profile = z.strictObject({
  nickname: z.string().max(64).meta({ description: 'Nickname', examples: ['小明'] }),
  avatarUrl: z.string().max(512).meta({ description: 'Address of the avatar', examples: ['https://thirdwx.qlogo.cn/mmopen/vi_32/example/132'] }),
  gender: integer(0, 2).meta({ description: '0 unknown, 1 male, 2 female', examples: [0] }),
  language: z.string().max(16).meta({ description: 'Language of their WeChat', examples: ['zh_CN'] }),
  city: z.string().max(64).meta({ description: 'City', examples: ['Guangzhou'] }),
  province: z.string().max(64).meta({ description: 'Province', examples: ['Guangdong'] }),
  country: z.string().max(64).meta({ description: 'Country', examples: ['China'] }),
}).partial().meta({ description: 'What is to change in the person\'s profile' });

export const phoneNumber = z.string().regex(/^\d{3,20}$/).meta({ description: 'Phone number, without the country code', examples: ['13800138000'] });
export const countryCode = z.string().regex(/^\d{1,4}$/).meta({ description: 'Country code of the phone number', examples: ['86'] });
export const kind = z.enum(['miniprogram', 'official']).meta({ description: 'Which kind of app', examples: ['miniprogram'] });
export const templateId = z.string().min(1).max(64).meta({ description: 'The template of subscription messages', examples: ['hD-ixGOhYmUfjOnI8MCzQMPshzGVeux_2zvyQu7O68'] });
export const grantStatus = z.enum(['accept', 'reject', 'ban']).meta({ description: 'What the person chose last; ban: WeChat has banned the template', examples: ['accept'] });
