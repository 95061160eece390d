import { presentMediaCheck, presentTextVerdict } from '../../presenter/security';
import type { Handler } from '../../schema/route';
import type * as schema from '../../schema/security';

/** Has a text checked. */
export const checkText: Handler<typeof schema.checkText> = async (ctx, { body }) => presentTextVerdict(await ctx.service.security.text.check(body));

/** Has an image or a sound checked: the result comes later. */
export const checkMedia: Handler<typeof schema.checkMedia> = async (ctx, { body }) => (
  { id: await ctx.service.security.media.check(body), state: 'pending' }
);

/** Shows the result of a check. */
export const showMediaCheck: Handler<typeof schema.showMediaCheck> = async (ctx, { params }) => (
  presentMediaCheck(await ctx.service.security.media.find(params.id))
);
