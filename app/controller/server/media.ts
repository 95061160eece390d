import { presentMedia } from '../../presenter/media';
import type * as schema from '../../schema/media';
import type { Handler } from '../../schema/route';

/** Uploads a temporary media file to WeChat. */
export const uploadMedia: Handler<typeof schema.uploadMedia> = async (ctx, { body, file }) => presentMedia(await ctx.service.media.upload({ ...body, file }));
