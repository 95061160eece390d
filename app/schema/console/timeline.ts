import { z } from 'zod';
import { anAppid, anOpenid, messageState, sendError, time } from './parts';

/** A message or an action of the person, or a message of ours. */
export const timelineEntry = z.object({
  id: z.string().describe('`messages._id` of the person\'s, `outbox._id` of ours').meta({ examples: ['wx0123456789abcdef:oABCD1234567890:22923519871373703'] }),
  from: z.enum(['person', 'us']).describe('Whose it is').meta({ examples: ['person'] }),
  appid: anAppid,
  openid: anOpenid,
  at: time.describe('When we received it, or queued it'),
  type: z.string().describe('Of the person\'s: WeChat\'s MsgType, `event` for events. Of ours: the msgtype, or `subscribe` or `template`').meta({ examples: ['text'] }),
  event: z.string().nullable().describe('Of an event: WeChat\'s Event').meta({ examples: [null] }),
  text: z.string().nullable().describe('What it says, where it is a text').meta({ examples: ['你好'] }),
  content: z.record(z.string(), z.unknown()).describe('The push, or the message as WeChat gets it').meta({ examples: [{ Content: '你好' }] }),
  state: messageState,
  cause: z.string().nullable().describe('Of a reply: the id of what it answers').meta({ examples: [null] }),
  by: z.string().nullable().describe('Of a message that somebody has sent by the console: who').meta({ examples: ['anna'] }),
  attempts: z.number().int().describe('How often it was tried to be sent; 0 of the person\'s').meta({ examples: [1] }),
  nextAt: time.nullable().describe('While it waits: when it is tried next'),
  sentAt: time.nullable().describe('When WeChat took it'),
  lastError: sendError.nullable().describe('What went wrong last; null when nothing has'),
});
