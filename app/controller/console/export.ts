import type { Context } from 'egg';
import type * as schema from '../../schema/console/export';
import type { ExportName } from '../../service/console/export';
import type { Handler } from '../../schema/route';

/** All people. */
export const exportUsers: Handler<typeof schema.exportUsers> = ctx => send(ctx, 'users');

/** All pushes. */
export const exportMessages: Handler<typeof schema.exportMessages> = ctx => send(ctx, 'messages');

/** All outgoing messages. */
export const exportOutbox: Handler<typeof schema.exportOutbox> = ctx => send(ctx, 'outbox');

async function send(ctx: Context, name: ExportName): Promise<void> {
  const stream = await ctx.service.console.export.open(name);
  // What breaks off must not look whole.
  stream.on('error', error => {
    ctx.app.logger.warn('The export of %s broke off: %s', name, error.message);
    ctx.res.destroy();
  });
  ctx.set('content-disposition', `attachment; filename="${name}.csv"`);
  ctx.set('content-type', 'text/csv; charset=utf-8');
  ctx.set('x-content-type-options', 'nosniff');
  ctx.body = stream;
}
