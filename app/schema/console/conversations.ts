import { z } from 'zod';
import { customMessageSchema } from '../../lib/wechat/outgoing/customMessageSchema';
import { MOST_BYTES } from '../../lib/wechat/outgoing/mediaFile';
import { subscribeContentSchema } from '../../lib/wechat/outgoing/subscribeContent';
import { defineRoute } from '../route';
import { listQuery, page } from './list';
import { adminName, anAppid, anOpenid, appName, conversationId, messageState, text, time } from './parts';
import { timelineEntry } from './timeline';

const writingWindow = z.object({
  open: z.boolean().describe('Whether a customer-service message can be sent now').meta({ examples: [true] }),
  until: time.nullable().describe('When it closes, or has closed; null when they never wrote'),
  allowed: z.number().int().describe('How many messages what they did allows').meta({ examples: [5] }),
  used: z.number().int().describe('How many of them are sent, or on their way').meta({ examples: [2] }),
  reason: z.enum(['NEVER_WROTE', 'OVER', 'USED_UP']).nullable()
    .describe('Why it is closed: they never wrote, their last message is older than 48 h, or all that it allows is sent').meta({ examples: [null] }),
});

const conversation = z.object({
  id: z.string().describe('`<appid>:<openid>`').meta({ examples: ['wx0123456789abcdef:oABCD1234567890'] }),
  appid: anAppid,
  appName,
  openid: anOpenid,
  userId: z.string().nullable().describe('null when the person has only written, and never logged in or followed').meta({ examples: ['3f2a9c0de1b24c5d6e7f8091'] }),
  nickName: z.string().nullable().describe('Of the profile').meta({ examples: ['小明'] }),
  avatarUrl: z.string().nullable().describe('Of the profile').meta({ examples: ['https://thirdwx.qlogo.cn/mmopen/1/132'] }),
  lastAt: time.describe('Of the last message, either way'),
  lastText: z.string().describe('What it said, the beginning; `[image]` and the like for others').meta({ examples: ['你好'] }),
  lastFrom: z.enum(['person', 'us']).describe('Whose it was').meta({ examples: ['person'] }),
  unread: z.number().int().describe('Messages of the person since somebody has read them').meta({ examples: [1] }),
  window: writingWindow.describe('Until when the person may be written to'),
  assignee: adminName.nullable().describe('Who answers; null: nobody yet'),
  state: z.enum(['open', 'closed']).describe('A new message of the person opens a closed one again').meta({ examples: ['open'] }),
});

const grant = z.object({
  templateId: z.string().describe('`templates._id`').meta({ examples: ['tmpl-1'] }),
  title: z.string().nullable().describe('Of the template, when it is known').meta({ examples: ['发货通知'] }),
  remaining: z.number().int().describe('How many messages may still be sent').meta({ examples: [2] }),
});

export const listConversations = defineRoute({
  method: 'get',
  path: '/console/api/conversations',
  tag: 'console',
  summary: { en: 'Conversations, the last message first', zh: '列出会话，最近有消息的在前' },
  auth: 'agent',
  query: listQuery({
    filter: z.enum(['open', 'unread', 'mine', 'closed'], 'must be open, unread, mine or closed').default('open')
      .describe('`mine`: those that are mine and open').meta({ examples: ['unread'] }),
    appid: anAppid.optional().describe('Of this app alone'),
    q: text(128).optional().describe('An openid, a unionid or a whole phone number, as it is; or the beginning of a nickname').meta({ examples: ['小明'] }),
  }),
  data: page(conversation),
});

export const listMessages = defineRoute({
  method: 'get',
  path: '/console/api/conversations/:id/messages',
  tag: 'console',
  summary: { en: 'What was said, both ways, the newest first', zh: '会话中的往来消息，最新的在前' },
  description: 'With how the conversation stands. Of a person who has not written: what we sent.',
  auth: 'agent',
  params: conversationId,
  query: z.object({
    limit: listQuery({}).shape.limit,
    before: z.string().min(1).max(1_024).optional().describe('`next` of the page before, or an ISO 8601 time: what was said earlier').meta({ examples: ['WzE3MzIyMjQwMDAwMDBd'] }),
  }),
  data: page(timelineEntry).extend({
    conversation: conversation.nullable().describe('null when they never wrote'),
    window: writingWindow.describe('Until when the person may be written to'),
    templates: z.array(grant).describe('Subscription templates for which there is a grant: what can be sent when the window is closed'),
  }),
  errors: ['NOT_FOUND'],
});

export const sendMessage = defineRoute({
  method: 'post',
  path: '/console/api/conversations/:id/messages',
  tag: 'console',
  summary: { en: 'Send a message to the person', zh: '给用户发送消息' },
  description: 'A customer-service message as `message`, or one of a subscription template as `subscribe`. What cannot arrive is refused before it is queued: `CONFLICT` says why the window is closed and what would work, `NO_GRANT` that no grant is left.',
  auth: 'agent',
  params: conversationId,
  body: z.object({
    message: customMessageSchema.optional().describe('A customer-service message; or give subscribe'),
    subscribe: subscribeContentSchema.optional().describe('A message of a subscription template instead'),
    idempotencyKey: text(128).optional().describe('The same key, the same message: it is sent once, however often it is asked for').meta({ examples: ['0f8fad5b-d9cb-469f-a165-70867728950e'] }),
  }).refine(({ message, subscribe }) => (message === undefined) !== (subscribe === undefined), 'send either message or subscribe')
    .meta({ examples: [{ message: { msgtype: 'text', text: { content: 'Hello' } }, idempotencyKey: '0f8fad5b-d9cb-469f-a165-70867728950e' }] }),
  data: z.object({
    id: z.string().describe('`outbox._id`').meta({ examples: ['console:0f8fad5b-d9cb-469f-a165-70867728950e'] }),
    state: messageState,
  }),
  errors: ['NOT_FOUND', 'CONFLICT', 'NO_GRANT'],
});

export const readConversation = defineRoute({
  method: 'post',
  path: '/console/api/conversations/:id/read',
  tag: 'console',
  summary: { en: 'All that the person has written is read', zh: '把会话标为已读' },
  auth: 'agent',
  params: conversationId,
  data: conversation,
  errors: ['NOT_FOUND'],
});

export const changeConversation = defineRoute({
  method: 'patch',
  path: '/console/api/conversations/:id',
  tag: 'console',
  summary: { en: 'Take a conversation, hand it over, close it, open it again', zh: '接手、转交、关闭或重新打开会话' },
  description: 'One hand-over at a time: who takes one that somebody else has taken meanwhile gets `CONFLICT`, which names them. Whoever hands it over on purpose says in `from` whose it is.',
  auth: 'agent',
  params: conversationId,
  body: z.object({
    assignee: adminName.nullable().optional().describe('Who answers from now on; null: nobody'),
    from: adminName.nullable().optional().describe('Who answers, as you see it'),
    state: z.enum(['open', 'closed'], 'must be open or closed').optional().describe('closed: done with; it is read, too').meta({ examples: ['closed'] }),
  }).refine(({ assignee, state }) => assignee !== undefined || state !== undefined, 'send assignee or state'),
  data: conversation,
  errors: ['NOT_FOUND', 'CONFLICT'],
});

export const showTyping = defineRoute({
  method: 'post',
  path: '/console/api/conversations/:id/typing',
  tag: 'console',
  summary: { en: 'Show or hide "typing…" to the person', zh: '显示或取消“对方正在输入”' },
  auth: 'agent',
  params: conversationId,
  body: z.object({ typing: z.boolean().describe('Whether to show it').meta({ examples: [true] }) }),
  data: z.null(),
  errors: ['NOT_FOUND', 'WECHAT_BUSY', 'WECHAT_ERROR'],
});

export const uploadImage = defineRoute({
  method: 'post',
  path: '/console/api/media',
  tag: 'console',
  summary: { en: 'Upload an image to send', zh: '上传要发送的图片' },
  description: 'At most 10 MB, as multipart/form-data with the field `appid` and the file `media`. Usable for 3 days.',
  auth: 'agent',
  body: z.object({ appid: anAppid }),
  file: { field: 'media', mostBytes: MOST_BYTES },
  data: z.object({
    mediaId: z.string().describe('For `image.media_id` of a message').meta({ examples: ['MEDIA_ID'] }),
    type: z.literal('image').describe('Kind of the file').meta({ examples: ['image'] }),
    expiresAt: time,
  }),
  errors: ['NOT_FOUND', 'WECHAT_BUSY', 'WECHAT_ERROR'],
});
