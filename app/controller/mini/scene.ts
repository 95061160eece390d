import { presentScene } from '../../presenter/code';
import type { Handler } from '../../schema/route';
import type * as schema from '../../schema/scene';

/** Answers the payload of the QR code that opened the page. */
export const showScene: Handler<typeof schema.showScene> = async (ctx, { params }) => (
  presentScene(await ctx.service.scene.open(params.scene, ctx.login.appid))
);
