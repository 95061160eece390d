import { presentLink, presentQrcode } from '../../presenter/code';
import type * as schema from '../../schema/codes';
import type { Handler } from '../../schema/route';

/** Makes a mini-program code. */
export const makeQrcode: Handler<typeof schema.makeQrcode> = async (ctx, { body }) => presentQrcode(await ctx.service.qrcode.make(body));

/** Makes a link that opens the mini-program. */
export const makeLink: Handler<typeof schema.makeLink> = async (ctx, { body }) => presentLink(await ctx.service.link.make(body));
