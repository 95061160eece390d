import { presentOutgoing, presentQueued } from '../../presenter/outbox';
import type * as schema from '../../schema/messages';
import type { Handler } from '../../schema/route';

/** Queues a customer-service message. */
export const sendCustom: Handler<typeof schema.sendCustom> = async (ctx, { body: { appid, ...outgoing } }) => {
  const wechatApp = ctx.app.wechatApps.any(appid);
  return presentQueued(await ctx.service.outbox.send({ appid: wechatApp.appid, ...outgoing }));
};

/** Queues a subscription message. */
export const sendSubscribe: Handler<typeof schema.sendSubscribe> = async (ctx, { body }) => presentQueued(await ctx.service.subscription.send(body));

/** Shows or hides "typing…" to a person. */
export const typing: Handler<typeof schema.typing> = async (ctx, { body }) => {
  await ctx.service.customerService.typing(ctx.app.wechatApps.any(body.appid), body.openid, body.typing);
  return null;
};

/** Shows the state of a message. */
export const showMessage: Handler<typeof schema.showMessage> = async (ctx, { params }) => presentOutgoing(await ctx.service.outbox.find(params.id));

/** Sends a failed, dead or unknown message again. */
export const redrive: Handler<typeof schema.redrive> = async (ctx, { params }) => presentQueued(await ctx.service.outbox.redrive(params.id));

/** Queues a template message of an official account. */
export const sendTemplate: Handler<typeof schema.sendTemplate> = async (ctx, { body }) => presentQueued(await ctx.service.templateMessage.send(body));
