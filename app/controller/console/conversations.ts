import { presentConversation, presentWindow } from '../../presenter/console/conversation';
import { presentTimeline } from '../../presenter/console/timeline';
import { presentMedia } from '../../presenter/media';
import { presentQueued } from '../../presenter/outbox';
import type * as schema from '../../schema/console/conversations';
import type { Handler } from '../../schema/route';

/** Lists conversations. */
export const listConversations: Handler<typeof schema.listConversations> = async (ctx, { query }) => {
  const { items, next } = await ctx.service.console.conversationList.list(query);
  return { items: items.map(presentConversation), next };
};

/** Lists what was said in a conversation. */
export const listMessages: Handler<typeof schema.listMessages> = async (ctx, { params, query }) => {
  const { items, next, shown, window, templates } = await ctx.service.console.conversation.messages(params.id, query);
  return { items: presentTimeline(items), next, conversation: shown ? presentConversation(shown) : null, window: presentWindow(window), templates };
};

/** Sends a message. */
export const sendMessage: Handler<typeof schema.sendMessage> = async (ctx, { params, body }) => presentQueued(await ctx.service.console.conversation.send(params.id, body));

/** Marks a conversation as read. */
export const readConversation: Handler<typeof schema.readConversation> = async (ctx, { params }) => presentConversation(await ctx.service.console.conversation.read(params.id));

/** Assigns, closes or reopens a conversation. */
export const changeConversation: Handler<typeof schema.changeConversation> = async (ctx, { params, body }) => (
  presentConversation(await ctx.service.console.conversation.change(params.id, body))
);

/** Shows or hides "typing…". */
export const showTyping: Handler<typeof schema.showTyping> = async (ctx, { params, body }) => {
  await ctx.service.console.conversation.typing(params.id, body.typing);
  return null;
};

/** Uploads an image. */
export const uploadImage: Handler<typeof schema.uploadImage> = async (ctx, { body, file }) => {
  await ctx.service.audit.record({ who: ctx.admin.name, action: 'media.upload', target: body.appid });
  const { mediaId, expiresAt } = presentMedia(await ctx.service.media.upload({ appid: body.appid, type: 'image', ...(file ? { file } : {}) }));
  return { mediaId, type: 'image' as const, expiresAt };
};
