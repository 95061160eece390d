import { Controller } from 'egg';
import { MOST_BYTES } from '../../lib/wechat/mediaFile';
import { readMultipart } from '../../lib/http/multipart';
import { presentMedia } from '../../presenter/media';
import * as schema from '../../schema/media';

/** Temporary media files at WeChat. */
export default class MediaController extends Controller {
  async upload(): Promise<void> {
    const { ctx } = this;
    const form = ctx.is('multipart') ? await readMultipart(ctx.req, 'media', MOST_BYTES) : undefined;
    if (form) ctx.request.body = form.fields;
    const { body } = ctx.input(schema.uploadMedia);
    ctx.succeed(presentMedia(await ctx.service.media.upload({ ...body, file: form?.file })));
  }
}
