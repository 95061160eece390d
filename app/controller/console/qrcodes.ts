import { presentMadeScene } from '../../presenter/console/scene';
import { presentQrcode } from '../../presenter/code';
import type * as schema from '../../schema/console/qrcodes';
import type { Handler } from '../../schema/route';

/** Lists the codes made here. */
export const listQrcodes: Handler<typeof schema.listQrcodes> = async (ctx, { query }) => {
  const { items, next } = await ctx.service.console.scene.list(query);
  return { items: items.map(presentMadeScene), next };
};

/** Makes a code. */
export const makeQrcode: Handler<typeof schema.makeQrcode> = async (ctx, { body }) => {
  await ctx.service.audit.record({ who: ctx.admin.name, action: 'qrcode.create', target: body.appid ?? 'default', detail: { page: body.page ?? null } });
  return presentQrcode(await ctx.service.qrcode.make(body));
};
